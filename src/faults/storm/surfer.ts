/** null: no answer came, or only a part of it */
export type Answered = { status: number; location: string; body: string } | null;

type Fields = Readonly<Record<string, string>>;

const patienceMs = 10_000;

/** The browser of somebody who is signed in, and a program that has a token of theirs. */
export class Surfer {
  private readonly cookies: Map<string, string>;
  private csrf = '';

  constructor(
    readonly origin: string,
    session: string,
    private readonly token: string,
  ) {
    this.cookies = new Map([['sid', session]]);
  }

  get cookie(): string {
    return [...this.cookies].map((pair) => pair.join('=')).join('; ');
  }

  get(path: string): Promise<Answered> {
    return this.ask(path, { headers: { cookie: this.cookie } });
  }

  /** Sends a form with the token of the page that was seen last. */
  post(path: string, fields: Fields, headers: Fields = {}): Promise<Answered> {
    const body = new URLSearchParams({ _csrf: this.csrf, ...fields });
    const own = { cookie: this.cookie, origin: this.origin, ...headers };
    return this.ask(path, { method: 'POST', headers: own, body });
  }

  api(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<Answered> {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
    const said = body === undefined ? {} : { body: JSON.stringify(body) };
    return this.ask(`/api/v1${path}`, { method, headers, ...said });
  }

  private async ask(path: string, request: RequestInit): Promise<Answered> {
    try {
      const signal = AbortSignal.timeout(patienceMs);
      const answer = await fetch(this.origin + path, { ...request, redirect: 'manual', signal });
      const body = await answer.text();
      this.keep(answer.headers.getSetCookie(), body);
      return { status: answer.status, location: answer.headers.get('location') ?? '', body };
    } catch {
      return null;
    }
  }

  private keep(lines: readonly string[], body: string): void {
    for (const line of lines) {
      const [pair = ''] = line.split(';');
      this.cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    this.csrf = /name="_csrf" value="([^"]+)"/.exec(body)?.[1] ?? this.csrf;
  }
}
