import { connect, isIP, type Socket } from 'node:net';
import type { SMTPTransportOptions } from 'nodemailer';
import { failureOf } from './smtp-failure.js';
import type { Delivery, Outgoing, Postman } from './postman.js';

export interface SmtpSettings {
  host: string;
  port: number;
  /** tls: from the first byte · starttls: before anything is said, or nothing is · none: to this machine itself alone */
  security: 'tls' | 'starttls' | 'none';
  /** null: the server asks for none */
  user: string | null;
  from: { name: string; address: string };
}

export interface SmtpParts {
  settings: SmtpSettings;
  /** read anew for each letter; null: there is none */
  password: () => Promise<string | null>;
  /** how long a server may keep silent, and a whole conversation may take */
  patienceMs?: { silence: number; whole: number };
  /** a certificate to trust beside those that the system trusts */
  ca?: string;
}

const usualPatienceMs = { silence: 15_000, whole: 45_000 };

const securityWords: Readonly<Record<SmtpSettings['security'], string>> = {
  tls: 'TLS',
  starttls: 'STARTTLS',
  none: 'without TLS, on this machine',
};

/** Such as `smtp.example.org:587 (STARTTLS)`. */
export const serverName = ({ host, port, security }: SmtpSettings): string =>
  `${host}:${String(port)} (${securityWords[security]})`;

/** A connection that ends with the signal, whatever the server does to draw it out. */
const dial = ({ host, port }: SmtpSettings, signal: AbortSignal): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const end = (): unknown => socket.destroy(new Error('the conversation took too long'));
    signal.addEventListener('abort', end, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', end));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
    if (signal.aborted) end();
  });

async function optionsOf(
  { settings, password, patienceMs = usualPatienceMs, ca }: SmtpParts,
  signal: AbortSignal,
): Promise<SMTPTransportOptions> {
  const { host, port, security, user } = settings;
  const pass = user === null ? null : await password();
  return {
    ...{ host, port, secure: security === 'tls' },
    ...{ requireTLS: security === 'starttls', ignoreTLS: security === 'none' },
    tls: {
      ...(isIP(host) === 0 ? { servername: host } : {}),
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      ...(ca === undefined ? {} : { ca }),
    },
    ...(user === null ? {} : { auth: { user, pass: pass ?? '' } }),
    connectionTimeout: patienceMs.silence,
    greetingTimeout: patienceMs.silence,
    socketTimeout: patienceMs.silence,
    getSocket: (_options, done) => {
      dial(settings, signal).then(
        (connection) => done(null, { connection }),
        (error: unknown) => done(error instanceof Error ? error : new Error('no connection')),
      );
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

// Where no mail is set up its memory is spared.
const transportWith = async (options: SMTPTransportOptions) =>
  (await import('nodemailer')).createTransport(options);

/** Carries letters to an SMTP server, each on a connection of its own (RFC 5321; STARTTLS: RFC 3207). */
export function smtpPostman(parts: SmtpParts): Postman & { check: () => Promise<Delivery> } {
  const { settings, patienceMs = usualPatienceMs } = parts;
  const closing = new AbortController();
  const converse = async (
    work: (transport: Awaited<ReturnType<typeof transportWith>>) => Promise<Delivery>,
  ): Promise<Delivery> => {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(patienceMs.whole)]);
    try {
      const transport = await transportWith(await optionsOf(parts, signal));
      return await work(transport);
    } catch (error) {
      if (closing.signal.aborted) return { kind: 'away', says: 'RawJournal was stopped meanwhile.' };
      if (signal.aborted) return { kind: 'away', says: 'The mail server did not answer in time.' };
      return failureOf(error);
    }
  };
  return {
    send: (letter) =>
      converse(async (transport) => {
        await transport.sendMail(messageOf(letter, settings));
        return { kind: 'accepted', says: `${settings.host} took it.` };
      }),
    check: () =>
      converse(async (transport) => {
        await transport.verify();
        const signedIn = settings.user === null ? 'no sign-in is asked for' : `signed in as ${settings.user}`;
        return { kind: 'accepted', says: `${serverName(settings)} answers; ${signedIn}` };
      }),
    close: () => closing.abort(),
  };
}

const messageOf = (
  { to, subject, text, html, messageId, date, headers }: Outgoing,
  { from }: SmtpSettings,
) => ({
  from,
  to: { name: '', address: to },
  ...{ subject, text, html, date },
  messageId: `<${messageId}>`,
  // No answer of an absence assistant is wanted (RFC 3834).
  headers: { 'Auto-Submitted': 'auto-generated', ...headers },
});
