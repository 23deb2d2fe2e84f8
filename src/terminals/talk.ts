import type { Clock } from '../lib/clock.js';
import {
  openCall,
  TerminalError,
  type Account,
  type CallMethod,
  type CallOptions,
  type Pending,
} from './call.js';
import type { Connection, Garbage, Hello, Said, Visitor } from './listener.js';
import { maxLineBytes, type ErrorKind, type Method, type Params, type Part } from './protocol.js';
import type { SlotEvent } from './state.js';
import { Switches } from './switches.js';
import type { Timing } from './timing.js';

type Reply = Extract<Said, { type: 'reply' }>;
type Failure = Extract<Said, { type: 'error' }>;

/** What one child says of itself. */
export interface Introduction {
  readonly bridge: string;
  readonly package: string | null;
  readonly terminal: string | null;
}

const isSameAccount = (one: Account, other: Account): boolean =>
  one.login === other.login && one.server.toLowerCase() === other.server.toLowerCase();

/** Whose data a part says it carries; null where the method has no account. */
function ownerOf(part: object): Account | null {
  if ('account' in part) return part.account as Account;
  return 'login' in part ? (part as Account) : null;
}

/** What a slot and its child say to each other, over all the children it has had. */
export class Talk {
  account: Account | null = null;
  introduction: Introduction | null = null;
  heartbeatBytes: number | null = null;
  readonly garbage = { messages: 0, overLong: 0, strays: 0 };
  readonly switches = new Switches();
  private connection: Connection | null = null;
  private pending: Pending | null = null;
  private login: { account: Account; startedMs: number } | null = null;
  private lastServer: string | null = null;
  private lastId = 0;
  private lastSeq = -1;

  constructor(
    private readonly clock: Clock,
    private readonly timing: Timing,
    private readonly feed: (event: SlotEvent) => void,
  ) {}

  arrived({ bridge, package: version, terminal }: Hello, connection: Connection): Visitor {
    this.connection = connection;
    this.introduction = { bridge, package: version, terminal };
    this.lastSeq = -1;
    return {
      said: (message, bytes) => this.hear(message, bytes),
      garbage: (kind) => this.waste(kind),
      closed: (why) => this.feed({ type: 'lost', why }),
    };
  }

  /** For a free slot, whose child listens. A password is kept by nobody after its line is written. */
  async call<M extends CallMethod>(method: M, params: Params<M>, options: CallOptions<M>): Promise<Part<M>> {
    const message = {
      type: 'call',
      id: this.nextId(),
      method,
      params,
      deadlineMs: this.deadlineMs(method),
    } as const;
    if (Buffer.byteLength(JSON.stringify(message)) > maxLineBytes) {
      throw new RangeError(`A call of ${method} asks for too much at once.`);
    }
    if (this.account === null && (method === 'snapshot' || method === 'history')) {
      throw new TerminalError('not-connected', 'No account is logged in.');
    }
    const expected = this.expect(method, params);
    const { pending, result } = openCall(message, (part) => this.inspect(part, expected), options);
    this.pending = pending;
    this.feed({ type: 'called', method });
    this.connection?.send(message);
    return result;
  }

  ping(): void {
    this.connection?.send({ type: 'ping' });
  }

  shutdown(): void {
    const deadlineMs = this.deadlineMs('shutdown');
    this.connection?.send({ type: 'call', id: this.nextId(), method: 'shutdown', params: {}, deadlineMs });
  }

  /** Ends the call in flight, if any. */
  drop(kind: 'timeout' | 'gone', why: string): void {
    this.finish()?.fail(new TerminalError(kind, `The terminal is gone: ${why}.`));
  }

  hangUp(): void {
    this.connection?.close();
    this.connection = null;
    this.account = null;
    this.lastServer = null;
    this.introduction = null;
    this.heartbeatBytes = null;
  }

  private nextId(): number {
    this.lastId += 1;
    return this.lastId;
  }

  private deadlineMs(method: Method): number {
    return Math.round(this.timing.callMs[method]);
  }

  /** The account that the results must be of; null: of none. A login ends the one before, whatever becomes of it. */
  private expect<M extends CallMethod>(method: M, params: Params<M>): Account | null {
    if (method !== 'login') return this.account;
    const { login, server } = params as Params<'login'>;
    this.login = { account: { login, server }, startedMs: this.clock.monotonicMs() };
    this.account = null;
    return this.login.account;
  }

  private loggedIn(): void {
    if (this.login === null) return;
    const { account, startedMs } = this.login;
    const kind = this.lastServer === account.server ? 'same' : 'other';
    this.switches.note(kind, this.clock.monotonicMs() - startedMs);
    this.lastServer = account.server;
    this.account = account;
  }

  private inspect(part: object, expected: Account | null): void {
    const owner = ownerOf(part);
    if (owner === null || (expected !== null && isSameAccount(owner, expected))) return;
    this.feed({ type: 'lost', why: 'it answered for another account' });
    throw new TerminalError('internal', 'The terminal answered for another account.');
  }

  private hear(message: Said, bytes: number): void {
    if (message.type === 'heartbeat') this.beat(message);
    else if (message.type === 'progress') this.progress(message);
    else if (message.id !== this.pending?.id) this.garbage.strays += 1;
    else if (message.type === 'reply') this.take(this.pending, message, bytes);
    else this.refuse(message);
  }

  private beat({ seq, rssBytes }: Extract<Said, { type: 'heartbeat' }>): void {
    if (seq <= this.lastSeq) {
      this.garbage.strays += 1;
      return;
    }
    this.lastSeq = seq;
    this.heartbeatBytes = rssBytes;
    this.feed({ type: 'heartbeat' });
  }

  private progress({ call, done, total }: Extract<Said, { type: 'progress' }>): void {
    if (call === this.pending?.id && this.pending.progress(done, total)) this.feed({ type: 'progress' });
    else this.garbage.strays += 1;
  }

  private take(pending: Pending, reply: Reply, bytes: number): void {
    try {
      if (!pending.take(reply, bytes)) {
        this.feed({ type: 'progress' });
        return;
      }
      this.loggedIn();
      this.answer(null)?.succeed();
    } catch (error) {
      this.answer('internal')?.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private refuse({ kind, code, text }: Failure): void {
    // A terminal may repeat what it was given; the words of a login are not passed on.
    const words = this.pending?.method === 'login' ? 'The terminal could not log in.' : text;
    this.answer(kind)?.fail(new TerminalError(kind, words, code));
  }

  /** Free before the answer is heard, so that the next call can follow at once. */
  private answer(kind: ErrorKind | null): Pending | null {
    const pending = this.finish();
    if (pending !== null) this.feed({ type: 'answered', kind });
    return pending;
  }

  private finish(): Pending | null {
    const { pending } = this;
    this.pending = null;
    this.login = null;
    return pending;
  }

  private waste(kind: Garbage): void {
    if (kind === 'over-long line') this.garbage.overLong += 1;
    else this.garbage.messages += 1;
  }
}
