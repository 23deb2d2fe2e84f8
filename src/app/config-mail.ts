import type { SmtpSettings } from '../mail/smtp.js';
import { Fault } from '../lib/fault.js';
import { isOwnMachine, malformed, path, type Env } from './env.js';

/** How letters leave the house. */
export interface MailConfig {
  smtp: SmtpSettings;
  /** of `SMTP_URL`; null: it holds none */
  password: string | null;
  /** a file that holds it; null: the file `smtp_password` among the credentials */
  passwordFile: string | null;
}

const wantedUrl =
  'an address such as smtp://user@smtp.example.org:587 (STARTTLS) or smtps://user@smtp.example.org:465 (TLS)';

function urlOf(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : null;
  const isPlain = url !== null && /^\/?$/.test(url.pathname) && !url.search && !url.hash;
  // The value may hold a password: the sentence must not repeat it.
  if (!isPlain || !/^smtps?:$/.test(url.protocol) || url.hostname === '')
    throw malformed('SMTP_URL', '…', wantedUrl);
  return url;
}

function decoded(text: string): string | null {
  try {
    return text === '' ? null : decodeURIComponent(text);
  } catch {
    throw malformed('SMTP_URL', '…', `${wantedUrl}, with user and password percent-encoded`);
  }
}

const addressPattern = /^[^\s<>@,;:"\\]+@[^\s<>@,;:"\\]+$/;

/** `RawJournal <journal@example.org>`, or the address alone. */
function senderOf(env: Env): SmtpSettings['from'] {
  const value = env['MAIL_FROM'] ?? '';
  const wanted = 'the address that letters come from, such as RawJournal <journal@example.org>';
  if (value === '')
    throw new Fault(
      500,
      'configuration',
      `SMTP_URL is set, so letters are sent: set MAIL_FROM to ${wanted}.`,
    );
  const [, name = '', address = value] = /^([^<>\p{Cc}]*)<([^<>]+)>$/u.exec(value.trim()) ?? [];
  if (!addressPattern.test(address.trim())) throw malformed('MAIL_FROM', value, wanted);
  return { name: name.trim().replaceAll('"', '') || 'RawJournal', address: address.trim() };
}

function securityOf({ protocol }: URL, host: string): SmtpSettings['security'] {
  if (protocol === 'smtps:') return 'tls';
  return isOwnMachine(host) ? 'none' : 'starttls';
}

/** Null where no mail is set up. Throws a Fault whose sentence names the variable that cannot be used. */
export function mail(env: Env): MailConfig | null {
  const value = env['SMTP_URL'];
  if (!value) return null;
  const url = urlOf(value);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const security = securityOf(url, host);
  return {
    smtp: {
      ...{ host, security, user: decoded(url.username), from: senderOf(env) },
      port: Number(url.port) || (security === 'tls' ? 465 : 587),
    },
    password: decoded(url.password),
    passwordFile: path(env, 'SMTP_PASSWORD_FILE', '/etc/rawjournal/credentials/smtp_password'),
  };
}
