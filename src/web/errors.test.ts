import type { FastifyError } from 'fastify';
import t from 'tap';
import { Fault } from '../lib/fault.js';
import { asFault } from './errors.js';

const thrown = (more: object, message = 'inner words'): FastifyError =>
  Object.assign(new Error(message), { name: 'FastifyError', code: '', ...more });

const broken = (...validation: object[]): Fault => asFault(thrown({ statusCode: 400, validation }));

void t.test('a Fault is answered as it is', async (t) => {
  const fault = new Fault(409, 'own_account', 'Ask another.', { fields: { a: 'b' }, retryAfterS: 5 });
  t.equal(asFault(fault as unknown as FastifyError), fault);
});

void t.test('what the framework throws is said in our own words', async (t) => {
  const known: [string, number, string][] = [
    ['FST_ERR_CTP_BODY_TOO_LARGE', 413, 'too_large'],
    ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 415, 'media_type'],
    ['FST_ERR_CTP_INVALID_JSON_BODY', 400, 'malformed'],
    ['FST_ERR_CTP_EMPTY_JSON_BODY', 400, 'malformed'],
    ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', 400, 'malformed'],
    ['FST_ERR_BAD_URL', 400, 'malformed'],
    ['FST_ERR_MAX_PARAM_LENGTH', 414, 'too_long'],
    ['FST_CSRF_MISSING_SECRET', 403, 'stale_form'],
    ['FST_CSRF_INVALID_TOKEN', 403, 'stale_form'],
  ];
  for (const [code, status, word] of known) {
    const error = thrown({ code, statusCode: status });
    const fault = asFault(error);
    t.match(fault, { status, code: word, cause: error }, code);
    t.match(fault.message, /^[A-Z].*\.$/s, 'a sentence');
    t.notMatch(fault.message, 'inner words');
  }
});

void t.test('another error of the client keeps its status and says nothing of its inside', async (t) => {
  for (const statusCode of [400, 404, 414, 499]) {
    const fault = asFault(thrown({ statusCode, code: 'SOMETHING' }));
    t.match(fault, { status: statusCode, code: 'malformed', message: 'This request cannot be understood.' });
  }
});

void t.test('what nobody foresaw is a 500 whose cause is for the log alone', async (t) => {
  for (const more of [
    {},
    { statusCode: 500 },
    { statusCode: 503 },
    { code: '42P01' },
    { code: 'constructor' },
  ]) {
    const error = thrown(more, 'relation "users" does not exist');
    const fault = asFault(error);
    t.match(fault, { status: 500, code: 'internal', cause: error, fields: {}, retryAfterS: null });
    t.notMatch(fault.message, 'users');
  }
});

void t.test('each refused input is named, also deep inside, beside the body, or unknown', async (t) => {
  t.same(broken({ instancePath: '/name', message: 'Too long.', params: {} }).fields, { name: 'Too long.' });
  t.same(broken({ instancePath: '/filters/0/from', message: 'No date.', params: {} }).fields, {
    'filters.0.from': 'No date.',
  });
  t.same(broken({ instancePath: '/', message: 'Not an object.', params: {} }).fields, {
    body: 'Not an object.',
  });
  t.same(broken({ instancePath: '/', message: 'x', params: { keys: ['role', 'id'] } }).fields, {
    role: 'Nothing here has this name.',
    id: 'Nothing here has this name.',
  });
  t.same(broken({ instancePath: '/a', message: 'x', params: { keys: ['b'] } }).fields, {
    'a.b': 'Nothing here has this name.',
  });
  t.same(broken({ instancePath: '/name', params: {} }).fields, { name: 'This is not accepted.' });
  t.match(broken({ instancePath: '/name', message: 'x', params: {} }), { status: 400, code: 'invalid' });
});
