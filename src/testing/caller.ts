import type { LightMyRequestResponse } from 'fastify';
import type { TestApp } from './app.js';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
interface Page {
  items: Record<string, unknown>[];
  nextCursor: string | null;
}

/** A program that calls the API with one token. */
export interface Caller {
  call: (method: Method, path: string, body?: object) => Promise<LightMyRequestResponse>;
  /** every page of a list, `limit` items at a time */
  pages: (path: string, limit: number) => Promise<Record<string, unknown>[][]>;
}

export function callerWith({ app }: Pick<TestApp, 'app'>, token: string): Caller {
  const call: Caller['call'] = (method, path, body) =>
    app.inject({
      method,
      url: `/api/v1${path}`,
      headers: { host: '127.0.0.1:3000', authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { payload: body }),
    });
  const pages: Caller['pages'] = async (path, limit) => {
    const read: Record<string, unknown>[][] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: Page = (await call('GET', `${path}?limit=${limit}${more}`)).json<Page>();
      read.push(page.items);
      cursor = page.nextCursor;
    }
    return read;
  };
  return { call, pages };
}
