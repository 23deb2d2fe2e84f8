import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault, notFound } from '../lib/fault.js';
import type { ShowPage } from './page.js';

const own = (status: number, code: string, sentence: string) => (cause: unknown) =>
  new Fault(status, code, sentence, { cause });

/** What the framework and its plugins throw, in our own words. */
const translations: Record<string, (cause: unknown) => Fault> = {
  FST_ERR_CTP_BODY_TOO_LARGE: own(413, 'too_large', 'What you sent is larger than this page accepts.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: own(415, 'media_type', 'This address does not take that kind of content.'),
  FST_ERR_CTP_INVALID_JSON_BODY: own(400, 'malformed', 'The body is not valid JSON.'),
  FST_ERR_CTP_EMPTY_JSON_BODY: own(400, 'malformed', 'The body is empty; it must be JSON.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: own(400, 'malformed', 'The body is not as long as it was said to be.'),
  FST_ERR_BAD_URL: own(400, 'malformed', 'This address cannot be read.'),
  FST_ERR_MAX_PARAM_LENGTH: own(414, 'too_long', 'This address is too long.'),
  FST_CSRF_MISSING_SECRET: own(
    403,
    'stale_form',
    'This form can no longer be sent, because cookies were cleared or blocked. Reload the page and try again.',
  ),
  FST_CSRF_INVALID_TOKEN: own(
    403,
    'stale_form',
    'This form belongs to an earlier sign-in. Reload the page and try again.',
  ),
};

/** One sentence for each refused input of the API, from what the schema said. */
const fieldsOf = (error: FastifyError): Record<string, string> =>
  Object.fromEntries(
    (error.validation ?? []).flatMap(({ instancePath, message = 'This is not accepted.', params }) => {
      const path = instancePath.split('/').filter(Boolean);
      const { keys } = params;
      if (Array.isArray(keys))
        return keys.map((key) => [[...path, key].join('.'), 'Nothing here has this name.']);
      return [[path.join('.') || 'body', message]];
    }),
  );

/** Any error as a Fault. What nobody foresaw is a 500 that says nothing of its cause. */
export function asFault(error: FastifyError): Fault {
  if (error instanceof Fault) return error;
  if (error.validation !== undefined)
    return new Fault(400, 'invalid', 'Some of what you sent cannot be used; see fields.', {
      fields: fieldsOf(error),
      cause: error,
    });
  const translation = Object.hasOwn(translations, error.code) ? translations[error.code] : undefined;
  if (translation !== undefined) return translation(error);
  if (error.statusCode !== undefined && error.statusCode < 500)
    return new Fault(error.statusCode, 'malformed', 'This request cannot be understood.', { cause: error });
  return new Fault(
    500,
    'internal',
    'Something failed on our side. It is in the log under the number below.',
    {
      cause: error,
    },
  );
}

const isApi = (request: FastifyRequest): boolean => request.url.startsWith('/api/');

const titles: Record<number, string> = {
  402: 'Beyond your plan',
  403: 'Not accepted',
  404: 'Not found',
  413: 'Too large',
  421: 'Wrong address',
  429: 'Too many tries',
  500: 'Our mistake',
  503: 'One moment',
};

const advice: Record<number, string> = {
  402: 'Settings, Plan shows what is used, and what opens more.',
  403: 'Go back and reload the page before you try again.',
  404: 'Check the address, or start from the beginning.',
  413: 'Send less at once.',
  421: 'Open the address it names.',
  429: 'Nothing is locked: it opens again by itself.',
  500: 'Try again. If it stays, give the number below to whoever runs this server.',
  503: 'Reload the page in a few seconds.',
};

const adviceByCode: Record<string, string> = {
  too_many_trades: 'Go back to the list; nothing was lost.',
};

/** Where the button of an error page leads. */
const wayBack = ({ visitor, routeOptions }: FastifyRequest): { backHref: string; backLabel: string } => {
  if (routeOptions.config.access === 'code')
    return { backHref: '/login/code', backLabel: 'Back to the second step' };
  if (routeOptions.config.access === 'leaving') return { backHref: '/leaving', backLabel: 'Back' };
  if (visitor === null) return { backHref: '/', backLabel: 'To the first page' };
  return { backHref: '/dashboard', backLabel: 'To the board' };
};

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  fault: Fault,
  page: ShowPage,
): Promise<FastifyReply> {
  if (fault.retryAfterS !== null) reply.header('retry-after', fault.retryAfterS);
  if (fault.status === 401) reply.header('www-authenticate', 'Bearer');
  if (isApi(request)) {
    const fields = Object.keys(fault.fields).length > 0 ? { fields: fault.fields } : {};
    return reply.code(fault.status).send({ error: { code: fault.code, message: fault.message, ...fields } });
  }
  return page(
    request,
    reply,
    { view: 'errors/error', title: titles[fault.status] ?? 'Not understood', status: fault.status },
    {
      status: String(fault.status),
      sentence: fault.message,
      advice: adviceByCode[fault.code] ?? advice[fault.status] ?? 'Go back, and try once more.',
      requestId: request.id,
      ...wayBack(request),
    },
  );
}

/**
 * An address that the router cannot read. Nothing else has looked at the request by then: no cookie was read and no
 * page can be drawn, so one sentence has to do.
 */
export function answerUnreadable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const { status, code, message } = asFault(error);
  request.log.info({ status, code }, message);
  reply.code(status).header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
  if (isApi(request)) void reply.send({ error: { code, message } });
  else void reply.type('text/plain; charset=utf-8').send(message);
}

/** Answers every error and every unknown address: a page for people, the error shape for programs. */
export function answerErrors(app: FastifyInstance, page: ShowPage): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const fault = asFault(error);
    const line = { err: fault.cause ?? fault, status: fault.status };
    if (fault.status >= 500) request.log.error(line, fault.message);
    else request.log.info({ status: fault.status, code: fault.code }, fault.message);
    // Who still sends would find the connection broken instead of an answer; Node reads the rest for half a minute.
    if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') reply.removeHeader('connection');
    return answer(request, reply, fault, page);
  });
  app.setNotFoundHandler((request, reply) => answer(request, reply, notFound(), page));
}
