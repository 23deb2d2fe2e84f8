import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { password } from '../testing/cast.js';
import { pngOf } from '../testing/pictures.js';
import { cli, place, started } from '../testing/place.js';

t.setTimeout(600_000);

const email = 'ada@example.org';
const trade = {
  ...{ symbol: 'EURUSD', side: 'buy', volume: '1', openedAt: '2026-02-03T10:00:00Z', openPrice: '1.08' },
  ...{ closedAt: '2026-02-03T11:00:00Z', closePrice: '1.09' },
};

/** A program that talks to one that is killed now and then. */
function caller(url: string, token: string) {
  const ask = (
    path: string,
    options: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
  ): Promise<Response> =>
    fetch(`${url}/api/v1${path}`, {
      ...options,
      headers: { authorization: `Bearer ${token}`, ...options.headers },
    });
  const make = async (path: string, body: object): Promise<string> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
    const { id } = (await answer.json()) as { id?: string };
    if (id === undefined) throw new Error(`${path} answered ${answer.status}`);
    return id;
  };
  const items = async (path: string): Promise<string[]> =>
    ((await (await ask(path)).json()) as { items: { id: string }[] }).items.map(({ id }) => id);
  /** The id of a picture that was acknowledged; null where no answer came. */
  const send = async (path: string, width: number): Promise<string | null> => {
    const body = new FormData();
    body.append('file', new Blob([new Uint8Array(pngOf(width, 400))]), 'chart.png');
    try {
      const answer = await ask(path, { method: 'POST', body });
      return ((await answer.json()) as { items: { id: string }[] }).items[0]?.id ?? null;
    } catch {
      return null;
    }
  };
  return { ask, make, items, send };
}

void t.test(
  'whenever the process is killed, what was acknowledged is there and the rest is swept away',
  async (t) => {
    const { env, url, stateDir } = await place(t);
    const folder = join(stateDir, 'screenshots');
    let program = await started(t, env);
    await cli(env, ['user', 'create', '--email', email, '--password-stdin'], `${password}\n`);
    const { stdout } = await cli(env, ['token', 'create', '--email', email]);
    const { ask, make, items, send } = caller(url, stdout.trim());
    const account = await make('/accounts', {
      type: 'manual',
      label: 'Hand',
      category: 'Demo',
      currency: 'USD',
    });
    const acknowledged: string[] = [];
    const paths: string[] = [];
    for (let round = 1; round <= 4; round += 1) {
      const path = `/trades/${await make('/trades', { ...trade, account, volume: `0.0${round}` })}/screenshots`;
      paths.push(path);
      const killed = sleep(400 + round * 230).then(() => program.end('SIGKILL'));
      for (let width = 900; width < 909; width += 1) {
        const id = await send(path, width + round * 10);
        if (id === null) break;
        acknowledged.push(id);
      }
      await killed;
      program = await started(t, env);
    }
    const kept = (await Promise.all(paths.map(items))).flat();
    t.ok(acknowledged.length > 0, `${acknowledged.length} were acknowledged, ${kept.length} are there`);
    t.same(
      acknowledged.filter((id) => !kept.includes(id)),
      [],
    );
    for (const id of kept) t.equal((await ask(`/screenshots/${id}`)).status, 200, 'with its file');
    const hourAgo = new Date(Date.now() - 3_700_000);
    for (const name of await readdir(folder)) await utimes(join(folder, name), hourAgo, hourAgo);
    await program.end('SIGTERM');
    await started(t, env);
    const wanted = kept.flatMap((id) => [`${id}.small.webp`, `${id}.webp`]).sort();
    for (let turn = 0; turn < 50 && (await readdir(folder)).length > wanted.length; turn += 1)
      await sleep(100);
    t.same((await readdir(folder)).sort(), wanted, 'and nothing else');
  },
);
