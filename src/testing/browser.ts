import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';

type Answer = LightMyRequestResponse;

/** As forms are sent: a field that has several values stands there once for each. */
const encoded = (fields: Record<string, string | readonly string[]>): string =>
  new URLSearchParams(
    Object.entries(fields).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, value]),
    ),
  ).toString();

/**
 * A browser without a screen: keeps cookies, carries the form token of the last page, and names its origin as real
 * ones do. It follows no redirect, so that a test sees where it was sent, and waits for what is done after an answer.
 */
export class Browser {
  private readonly cookies = new Map<string, string>();
  private csrf = '';

  constructor(
    private readonly app: FastifyInstance,
    private readonly origin: string,
    private readonly settled = (): Promise<void> => Promise.resolve(),
  ) {}

  cookie(name: string): string | undefined {
    return this.cookies.get(name);
  }

  setCookie(name: string, value: string): void {
    this.cookies.set(name, value);
  }

  get token(): string {
    return this.csrf;
  }

  async request(options: InjectOptions): Promise<Answer> {
    const answer = await this.app.inject({
      remoteAddress: '203.0.113.7',
      ...options,
      headers: {
        host: new URL(this.origin).host,
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'sec-fetch-site': 'same-origin',
        ...options.headers,
      },
    });
    this.keep(answer);
    await this.settled();
    return answer;
  }

  get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.request({ method: 'GET', url, headers });
  }

  post(
    url: string,
    fields: Record<string, string | readonly string[]> = {},
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return this.request({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: encoded({ _csrf: this.csrf, ...fields }),
    });
  }

  /** Opens a page and sends its form, as a person does. */
  async fill(page: string, url: string, fields: Record<string, string | readonly string[]>): Promise<Answer> {
    await this.get(page);
    return this.post(url, fields);
  }

  private keep(answer: Answer): void {
    for (const { name, value, maxAge, expires } of answer.cookies) {
      const isGone = maxAge === 0 || (expires !== undefined && expires.getTime() === 0);
      if (isGone) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const token = /name="_csrf" value="([^"]+)"/.exec(answer.body)?.[1];
    if (token !== undefined) this.csrf = token;
  }
}
