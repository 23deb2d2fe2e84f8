import type { z } from 'zod';
import { methods, type ErrorKind, type Method, type Part } from './protocol.js';

/** What may be asked of a slot; its end is the supervision's own affair. */
export type CallMethod = Exclude<Method, 'shutdown'>;

/** 'gone': the child ended or was ended; 'busy': the slot was not free, nothing was sent. */
export type FailureKind = ErrorKind | 'gone' | 'busy';

/** A call that brought no result. `code` is MetaTrader's last_error, where there was one. */
export class TerminalError extends Error {
  constructor(
    readonly kind: FailureKind,
    readonly text: string,
    readonly code: number | null = null,
  ) {
    super(`${kind}: ${text}`);
    this.name = 'TerminalError';
  }
}

export interface CallOptions<M extends CallMethod> {
  /** takes each part as it comes, and the call answers the last one only; without it the parts are put together */
  onPart?: (part: Part<M>) => void;
  /** `total` null: unknown */
  onProgress?: (done: number, total: number | null) => void;
}

export interface Account {
  readonly login: string;
  readonly server: string;
}

interface Reply {
  readonly part: number;
  readonly last: boolean;
  readonly result: unknown;
}

/** The call in flight, as the slot sees it: whose parts they are is known only to who asked. */
export interface Pending {
  readonly id: number;
  readonly method: CallMethod;
  /** Takes a part; says whether it was the last. Throws a TerminalError for one that cannot be used. */
  take(reply: Reply, bytes: number): boolean;
  /** Says whether it is news. */
  progress(done: number, total: number | null): boolean;
  succeed(): void;
  fail(error: Error): void;
}

const megabyte = 1024 * 1024;
/** All that one call may bring home: some 300,000 deals; of anything else many times what anybody has. */
const mostBytesOf = (method: CallMethod): number => (method === 'history' ? 128 : 16) * megabyte;

/** Lists are joined; of everything else the last part's word counts. */
function joined<T extends object>(parts: readonly [T, ...T[]]): T {
  const last = parts[parts.length - 1] ?? parts[0];
  const entries = Object.entries(last).map(([name, value]: [string, unknown]) => [
    name,
    Array.isArray(value) ? parts.flatMap((part) => (part as Record<string, unknown[]>)[name] ?? []) : value,
  ]);
  return Object.fromEntries(entries) as T;
}

export interface Opened<M extends CallMethod> {
  pending: Pending;
  result: Promise<Part<M>>;
}

/** `inspect` throws for a part that must not be used although it is well formed. */
export function openCall<M extends CallMethod>(
  { id, method }: { id: number; method: M },
  inspect: (part: Part<M>) => void,
  { onPart, onProgress }: CallOptions<M>,
): Opened<M> {
  const schema = methods[method].part as unknown as z.ZodType<Part<M>>;
  let resolve: (part: Part<M>) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const result = new Promise<Part<M>>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  let parts: Part<M>[] = [];
  let [count, size, doneSoFar] = [0, 0, -1];

  const take = (reply: Reply, bytes: number): boolean => {
    const { success, data } = schema.safeParse(reply.result);
    size += bytes;
    if (!success) throw new TerminalError('internal', `The result of ${method} has not the agreed shape.`);
    if (reply.part !== count) throw new TerminalError('internal', `A part of ${method} is missing.`);
    if (size > mostBytesOf(method))
      throw new TerminalError('internal', `The result of ${method} is too large.`);
    inspect(data);
    count += 1;
    if (onPart) parts = [data];
    else parts.push(data);
    onPart?.(data);
    return reply.last;
  };
  const progress = (done: number, total: number | null): boolean => {
    if (done <= doneSoFar) return false;
    doneSoFar = done;
    onProgress?.(done, total);
    return true;
  };
  const succeed = (): void => {
    const [first, ...rest] = parts;
    if (first !== undefined) resolve(joined([first, ...rest]));
  };
  return { pending: { id, method, take, progress, succeed, fail: reject }, result };
}
