/**
 * What went wrong, twice: a sentence for the person who can act on it, and a cause for the log.
 * `status` is the HTTP status; `code` is the stable word that API clients match on.
 * `fields` carries one sentence for each named input that was refused.
 */
export class Fault extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly retryAfterS: number | null;

  constructor(
    status: number,
    code: string,
    sentence: string,
    more: { fields?: Record<string, string>; retryAfterS?: number; cause?: unknown } = {},
  ) {
    super(sentence, more.cause === undefined ? {} : { cause: more.cause });
    this.name = 'Fault';
    this.status = status;
    this.code = code;
    this.fields = more.fields ?? {};
    this.retryAfterS = more.retryAfterS ?? null;
  }
}

/** A row that is not there and a row that belongs to somebody else are told apart by nobody. */
export const notFound = (): Fault =>
  new Fault(404, 'not_found', 'There is nothing here. It may have been removed, or the address is mistyped.');
