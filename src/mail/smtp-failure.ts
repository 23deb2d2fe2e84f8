import type { Delivery } from './postman.js';

/** What nodemailer says of a failure. */
interface Said {
  code: string;
  command: string;
  message: string;
  /** of the server's answer; 0: it gave none */
  status: number;
  answer: string;
}

const saidBy = (error: unknown): Said => {
  const facts = (typeof error === 'object' ? error : null) as Record<string, unknown> | null;
  const text = (name: string): string => (typeof facts?.[name] === 'string' ? facts[name] : '');
  const status = facts?.['responseCode'];
  return {
    ...{ code: text('code'), command: text('command'), message: text('message') },
    ...{ status: typeof status === 'number' ? status : 0, answer: text('response') },
  };
};

/** Words of a server, which may be anybody's: one line without its number, and not without end. */
const quoted = (answer: string): string =>
  answer
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .replace(/^\d{3}[ -]?/, '')
    .slice(0, 200);

/** What there is to say where the server gave no answer, by what is known of it: the first that fits. */
const silences: readonly (readonly [(said: Said) => boolean, string])[] = [
  [
    ({ message }) => /certificate|self[- ]signed|altnames/i.test(message),
    'The certificate of the mail server was not accepted.',
  ],
  [
    ({ command }) => command === 'STARTTLS',
    'The mail server offers no STARTTLS, and without it nothing is sent.',
  ],
  [
    ({ code, message }) => code === 'ETLS' || /\b(ssl|tls|wrong version)/i.test(message),
    'The mail server’s TLS could not be used.',
  ],
  [({ code }) => code === 'ECONNREFUSED', 'No mail server listens at this address.'],
  [({ code }) => /ENOTFOUND|EAI_AGAIN|EDNS/.test(code), 'No mail server of this name is known.'],
  [({ code }) => code === 'ETIMEDOUT', 'The mail server did not answer in time.'],
  [({ code }) => /ENOENT|EACCES/.test(code), 'The file with the password of the mail server cannot be read.'],
  [({ code }) => code === 'EAUTH', 'The mail server wants a password, and none is set.'],
];

const silence = (said: Said): string =>
  silences.find(([fits]) => fits(said))?.[1] ?? 'The connection to the mail server broke off.';

const refusals: Readonly<Record<string, string>> = {
  'RCPT TO': 'The mail server refused the recipient',
  DATA: 'The mail server did not take the letter',
  'MAIL FROM': 'The mail server refused the sender',
  CONN: 'The mail server is not ready',
};

function refusal({ command, status, answer }: Said): string {
  // What follows a sign-in may repeat it.
  if (command.startsWith('AUTH')) return `The mail server refused the sign-in (${String(status)}).`;
  const words = quoted(answer);
  const what = refusals[command] ?? 'The mail server refused it';
  return `${what} (${String(status)})${words === '' ? '.' : `: ${words}`}`;
}

/** Whether the server speaks of this letter alone: its recipient, or its content. */
const isOfLetter = ({ command }: Said): boolean => command === 'RCPT TO' || command === 'DATA';

/** What a failure of a conversation with a mail server means for the letter, and in words. Permanent is 5xx (RFC 5321, 4.2.1). */
export function failureOf(error: unknown): Delivery {
  const said = saidBy(error);
  if (said.status === 0 || said.command === 'STARTTLS') return { kind: 'away', says: silence(said) };
  const says = refusal(said);
  if (!isOfLetter(said)) return { kind: 'away', says };
  return { kind: said.status >= 500 ? 'refused' : 'later', says };
}
