import { setTimeout as sleep } from 'node:timers/promises';
import type { LightMyRequestResponse } from 'fastify';
import type { TestApp } from './app.js';

export interface ApiImport {
  id: string;
  state: 'running' | 'ready' | 'saved' | 'failed' | 'undone';
  format: string | null;
  failure: string | null;
  account: Record<string, string | null> | null;
  accountId: string | null;
  backtestId: string | null;
  counts: Record<'new' | 'duplicate' | 'changed' | 'rejected', number> | null;
  totals: { name: string; reported: string; computed: string | null; equal: boolean | null }[];
  problems: { row: number | null; reason: string }[];
}

/** A program that sends reports with one token. */
export function sender({ app, kit }: Pick<TestApp, 'app' | 'kit'>, token: string) {
  const headers = { host: '127.0.0.1:3000', authorization: `Bearer ${token}` };
  const call = (
    method: 'GET' | 'PUT' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<LightMyRequestResponse> =>
    app.inject({
      method,
      url: `/api/v1/imports/${path}`,
      headers,
      ...(body === undefined ? {} : { payload: body }),
    });
  const post = (content: Buffer | string, name: string, fields: Record<string, string>) => {
    const parts = Object.entries(fields).map(
      ([field, value]) => `--part\r\ncontent-disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`,
    );
    const head = `--part\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/octet-stream\r\n\r\n`;
    return app.inject({
      ...{ method: 'POST', url: '/api/v1/imports' },
      headers: { ...headers, 'content-type': 'multipart/form-data; boundary=part' },
      payload: Buffer.concat([
        Buffer.from(parts.join('') + head),
        Buffer.from(content),
        Buffer.from('\r\n--part--\r\n'),
      ]),
    });
  };
  const look = async (id: string): Promise<ApiImport> => (await call('GET', id)).json<ApiImport>();
  /** Sends a file and waits until it has been read. */
  const send = async (
    content: Buffer | string,
    { name = 'report.html', ...fields }: Record<string, string> = {},
  ): Promise<ApiImport> => {
    const sent = (await post(content, name, fields)).json<ApiImport>();
    for (;;) {
      await kit.afterwards.settled();
      const now = await look(sent.id);
      if (now.state !== 'running') return now;
      await sleep(50);
    }
  };
  const save = async (id: string, body?: object): Promise<LightMyRequestResponse> =>
    call('PUT', `${id}/confirmation`, body ?? {});
  return { call, post, send, save, look, undo: (id: string) => call('DELETE', id) };
}
