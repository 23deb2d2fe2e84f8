import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { Test } from 'tap';

export interface Certificate {
  cert: string;
  key: string;
}

/** A certificate of its own for a name. Needs openssl. */
export async function certificateFor(t: Test, name: string): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), 'rawjournal-smtp-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const [key, cert] = [join(folder, 'tls.key'), join(folder, 'tls.crt')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert, ...names], {
    stdio: 'ignore',
  });
  return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
}

/** How a server misbehaves. */
export interface SmtpHabits {
  /** null: no STARTTLS is offered */
  certificate?: Certificate | null;
  /** TLS from the first byte */
  isImplicit?: boolean;
  /** null: no sign-in is offered */
  account?: { user: string; password: string } | null;
  /** what is said in place of what is usual, by the command: `GREETING`, `MAIL`, `RCPT`, `DATA`, `END` */
  says?: Partial<Record<string, string>>;
  /** after which command, or after how many bytes of a letter, the connection is cut */
  breaksAt?: string;
  /** at which command nothing is said any more */
  silentAt?: string;
  /** at which command one byte comes at a time, for ever */
  dripsAt?: string;
}

export interface TakenLetter {
  from: string;
  to: string[];
  data: string;
  isEncrypted: boolean;
  user: string | null;
}

/** A server as RFC 5321 wants it, but for its habits, which a test may change while it runs. */
export interface SmtpServer {
  port: number;
  habits: SmtpHabits;
  /** letters that were answered with 250 */
  taken: TakenLetter[];
  /** commands, in the order in which they came; of letters nothing */
  heard: string[];
}

interface Talk {
  socket: Socket;
  isEncrypted: boolean;
  user: string | null;
  from: string;
  to: string[];
  /** null: commands are read */
  data: string | null;
}

const usual: Readonly<Record<string, string>> = {
  MAIL: '250 2.1.0 Sender ok',
  RCPT: '250 2.1.5 Recipient ok',
  DATA: '354 Go ahead',
  END: '250 2.0.0 Taken as 1234',
};

const unframed = (data: string): string => data.replaceAll(/^\.\./gm, '.');

class Conversation {
  private pending = '';
  private readonly talk: Talk;

  constructor(
    private readonly server: SmtpServer,
    socket: Socket,
    isEncrypted: boolean,
  ) {
    this.talk = { socket, isEncrypted, user: null, from: '', to: [], data: null };
    this.listen(socket);
  }

  greet(): void {
    this.answer('GREETING', '220 test.example.org ESMTP');
  }

  private listen(socket: Socket): void {
    socket.on('error', () => undefined);
    socket.on('data', (part: Buffer) => {
      this.pending += part.toString('latin1');
      this.read();
    });
  }

  private read(): void {
    for (;;) {
      const end = this.talk.data === null ? this.pending.indexOf('\r\n') : this.pending.indexOf('\r\n.\r\n');
      if (end < 0) {
        this.breakMidway();
        return;
      }
      const text = this.pending.slice(0, end);
      this.pending = this.pending.slice(end + (this.talk.data === null ? 2 : 5));
      if (this.talk.data === null) this.command(text);
      else this.letter(text);
    }
  }

  private breakMidway(): void {
    if (this.talk.data !== null && this.server.habits.breaksAt === 'LETTER' && this.pending.length > 100)
      this.talk.socket.destroy();
  }

  private letter(text: string): void {
    const { from, to, isEncrypted, user } = this.talk;
    const answer = this.server.habits.says?.['END'] ?? usual['END'] ?? '';
    if (answer.startsWith('2'))
      this.server.taken.push({
        from,
        to,
        isEncrypted,
        user,
        data: unframed(Buffer.from(text, 'latin1').toString()),
      });
    this.talk.data = null;
    this.answer('END', answer);
  }

  private command(line: string): void {
    const verb = (/^\w+/.exec(line)?.[0] ?? '').toUpperCase();
    this.server.heard.push(verb === 'AUTH' ? 'AUTH' : line);
    if (verb === 'EHLO') this.answer('EHLO', this.offers());
    else if (verb === 'STARTTLS') this.encrypt();
    else if (verb === 'AUTH') this.answer('AUTH', this.signIn(line));
    else if (verb === 'QUIT') this.talk.socket.end('221 Bye\r\n');
    else this.mail(verb, line);
  }

  private mail(verb: string, line: string): void {
    const answer = this.server.habits.says?.[verb] ?? usual[verb] ?? '502 5.5.1 Not known';
    const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
    if (verb === 'MAIL') [this.talk.from, this.talk.to] = [address, []];
    if (verb === 'RCPT' && answer.startsWith('2')) this.talk.to.push(address);
    if (verb === 'DATA' && answer.startsWith('3')) this.talk.data = '';
    this.answer(verb, answer);
  }

  private offers(): string {
    const { certificate = null, account = null } = this.server.habits;
    const lines = [
      'test.example.org',
      ...(certificate !== null && !this.talk.isEncrypted ? ['STARTTLS'] : []),
      ...(account === null ? [] : ['AUTH PLAIN']),
    ];
    return lines.map((line, at) => `250${at === lines.length - 1 ? ' ' : '-'}${line}`).join('\r\n');
  }

  private signIn(line: string): string {
    const [, user = '', password = ''] = Buffer.from(line.split(' ')[2] ?? '', 'base64')
      .toString()
      .split('\0');
    const { account = null } = this.server.habits;
    if (account === null || account.user !== user || account.password !== password)
      return `535 5.7.8 No: ${user} ${password}`;
    this.talk.user = user;
    return '235 2.7.0 Welcome';
  }

  private encrypt(): void {
    const { certificate = null } = this.server.habits;
    if (certificate === null || this.talk.isEncrypted) {
      this.answer('STARTTLS', '502 5.5.1 Not offered');
      return;
    }
    const plain = this.talk.socket;
    plain.removeAllListeners('data');
    plain.write('220 2.0.0 Go ahead\r\n');
    // Whatever came before the handshake counts for nothing (RFC 3207, 4.2).
    this.pending = '';
    this.talk.socket = new TLSSocket(plain, {
      isServer: true,
      secureContext: createSecureContext(certificate),
    });
    this.talk.isEncrypted = true;
    this.listen(this.talk.socket);
  }

  private answer(command: string, usually: string): void {
    const { says, breaksAt, silentAt, dripsAt } = this.server.habits;
    const { socket } = this.talk;
    if (silentAt === command) return;
    if (breaksAt === command) return void socket.destroy();
    if (dripsAt === command) this.drip(`${usually.slice(0, 3)}-`);
    else socket.write(`${says?.[command] ?? usually}\r\n`);
  }

  private drip(text: string): void {
    const timer = setInterval(() => this.talk.socket.write('x'), 20);
    this.talk.socket.on('close', () => clearInterval(timer));
    this.talk.socket.write(text);
  }
}

/** Listens on 127.0.0.1 until the test ends. */
export async function smtpServer(t: Test, habits: SmtpHabits = {}): Promise<SmtpServer> {
  const state: SmtpServer = { port: 0, habits, taken: [], heard: [] };
  const open = new Set<Socket>();
  const server: Server = createServer((plain) => {
    open.add(plain);
    plain.on('close', () => open.delete(plain));
    plain.on('error', () => undefined);
    const { certificate, isImplicit = false } = state.habits;
    const isTls = isImplicit && certificate !== undefined && certificate !== null;
    const socket = isTls
      ? new TLSSocket(plain, { isServer: true, secureContext: createSecureContext(certificate) })
      : plain;
    new Conversation(state, socket, isTls).greet();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  state.port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return state;
}

/** A header of a letter as its reader sees it, unfolded (RFC 5322, 2.2.3); '' where there is none. */
export const headerOf = ({ data }: TakenLetter, name: string): string =>
  new RegExp(`^${name}: ?(.*)$`, 'im')
    .exec((data.split('\r\n\r\n')[0] ?? '').replaceAll(/\r\n[ \t]+/g, ' ').replaceAll('\r', ''))?.[1]
    ?.trim() ?? '';

/** The plain text of a letter as its reader sees it (quoted-printable: RFC 2045, 6.7). */
export function textOf({ data }: TakenLetter): string {
  const [, head = '', body = ''] =
    /Content-Type: text\/plain((?:[^\r]|\r\n(?!\r\n))*)\r\n\r\n([^]*?)\r\n--/.exec(data) ?? [];
  const lines = body.replaceAll('\r\n', '\n');
  if (!/quoted-printable/i.test(head)) return lines;
  const bytes = lines
    .replaceAll('=\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_whole, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
