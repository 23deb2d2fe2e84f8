import fc from 'fast-check';
import t from 'tap';
import { z } from 'zod';
import { Fault } from '../lib/fault.js';
import {
  emailField,
  nameField,
  passwordField,
  readForm,
  textField,
  timeZoneField,
  timeZones,
} from './form.js';

const schema = z.object({ email: emailField, password: passwordField, name: textField(5).optional() });

void t.test('a form gives its values, or a sentence for each field beside what was typed', async (t) => {
  const good = { email: ' A@Example.org ', password: 'secret words', other: 'kept', _csrf: 'token' };
  t.same(readForm(schema, good), {
    ok: true,
    values: { email: 'a@example.org', password: 'secret words' },
    typed: { email: ' A@Example.org ', other: 'kept' },
  });
  t.same(readForm(schema, { email: 'x', name: 'too long' }), {
    ok: false,
    errors: {
      email: 'This is not an email address; it looks like name@example.org.',
      password: 'Please fill this in.',
      name: 'Please keep it within 5 characters.',
    },
    typed: { email: 'x', name: 'too long' },
  });
});

void t.test('no secret and nothing but text is ever typed back', async (t) => {
  const body = {
    password: 's',
    newPassword: 's',
    CODE: 's',
    secret: 's',
    clientSecret: 's',
    _csrf: 's',
    list: ['s'],
    object: { s: 's' },
    number: 7,
    plain: 'shown',
  };
  t.same(readForm(schema, body).typed, { plain: 'shown' });
});

void t.test('a body that no form of ours could have sent is a Fault 400', async (t) => {
  for (const body of [undefined, null, 'text', 7, true, [], [{ email: 'a@example.org' }]])
    t.throws(() => readForm(schema, body), new Fault(400, 'malformed', ''), JSON.stringify(body));
});

void t.test('whatever is sent, reading never fails otherwise, and reaches no prototype', async (t) => {
  const keys = fc.constantFrom('email', 'password', 'name', '__proto__', 'constructor', 'toString', '');
  const body = fc.dictionary(fc.oneof(keys, fc.string()), fc.anything(), { noNullPrototype: false });
  fc.assert(
    fc.property(body, (fields) => {
      const read = readForm(schema, fields);
      return read.ok || Object.values(read.errors).every((sentence) => /^[A-Z].*\.$/.test(sentence));
    }),
  );
  const poisoned: unknown = JSON.parse('{"__proto__": {"email": "a@example.org"}, "password": "p"}');
  t.equal(readForm(schema, poisoned).ok, false);
  t.equal(Object.hasOwn(Object.prototype, 'email'), false);
});

void t.test('an address is brought to one spelling, and odd ones are refused', async (t) => {
  t.equal(emailField.parse(' First.Last+tag@Example.ORG '), 'first.last+tag@example.org');
  const odd = [
    '',
    'a',
    'a@',
    '@b',
    'a@b',
    'a b@example.org',
    'a@example.org\n',
    'a@exam\nple.org',
    'a@example.org,b@example.org',
  ];
  for (const text of [...odd.filter((each) => !each.endsWith('\n')), `${'a'.repeat(250)}@example.org`])
    t.equal(emailField.safeParse(text).success, false, text);
  for (const header of ['a@example.org\r\nBcc: b@example.org', 'a@example.org\u0000', '"a@x"@example.org'])
    t.equal(emailField.safeParse(header).success, false, JSON.stringify(header));
});

void t.test('names hold visible characters of any language, and nothing that hides', async (t) => {
  for (const name of ['Zoë', '日本語', 'O’Neil & Söhne', '👍', ''])
    t.equal(textField(20).parse(` ${name} `), name);
  for (const name of ['a\u0000b', 'a\nb', 'a\u202eb', 'a\u200bb', 'a\u0007'])
    t.equal(textField(20).safeParse(name).success, false, JSON.stringify(name));
  t.equal(nameField(20).safeParse('   ').success, false, 'a name that must be there');
});

void t.test('a time zone is one of the list, and the list is in order', async (t) => {
  for (const zone of ['UTC', 'Europe/Berlin', 'America/New_York']) t.ok(timeZones.includes(zone), zone);
  for (const zone of timeZones) t.equal(timeZoneField.safeParse(zone).success, true, zone);
  for (const zone of ['', 'utc', 'Mars/Olympus', 'Europe/Berlin ', '../etc', 'constructor'])
    t.equal(timeZoneField.safeParse(zone).success, false, zone);
  t.same([...timeZones].sort(), timeZones);
});
