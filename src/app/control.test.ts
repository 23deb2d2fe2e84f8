import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { z } from 'zod';
import { Fault } from '../lib/fault.js';
import { askControl, closeControl, isServed, serveControl, type ControlRoutes } from './control.js';

const shape = z.strictObject({ number: z.number() });

async function serving(t: Test, routes: ControlRoutes) {
  const folder = await mkdtemp(join(tmpdir(), 'rawjournal-control-'));
  const path = join(folder, 'control.sock');
  const errors: unknown[] = [];
  const server = await serveControl(path, routes, (error) => errors.push(error));
  t.teardown(async () => {
    await closeControl(server);
    await rm(folder, { recursive: true });
  });
  return { path, errors, server };
}

void t.test('a question is answered by its route, with its body', async (t) => {
  const { path } = await serving(t, { 'POST /double': (body) => shape.parse(body).number * 2 });
  t.equal(await askControl(path, { route: 'POST /double', body: { number: 4 } }), 8);
});

void t.test('what cannot be used is refused with a sentence', async (t) => {
  const { path, errors } = await serving(t, {
    'POST /double': (body) => shape.parse(body),
    'POST /no': () => Promise.reject(new Fault(409, 'no', 'Not today.')),
    'POST /broken': () => Promise.reject(new Error('inside')),
  });
  const refused = (route: string, body: object) => t.rejects(askControl(path, { route, body }));
  await refused('POST /double', { number: 'x' });
  await refused('POST /double', {});
  await refused('GET /double', {});
  await refused('POST /constructor', {});
  await refused('POST /double', { number: 1, more: 'x'.repeat(70_000) });
  await t.rejects(askControl(path, { route: 'POST /no' }), { status: 409, message: 'Not today.' });
  t.same(errors, []);
  await t.rejects(askControl(path, { route: 'POST /broken' }), { status: 500, message: /log says why/ });
  t.match(errors, [{ message: 'inside' }]);
});

void t.test('where nobody answers there is no answer, and an end leaves nobody waiting', async (t) => {
  t.equal(await askControl('/nonexistent/control.sock', { route: 'GET /status' }), null);
  const { path, server } = await serving(t, { 'GET /never': () => new Promise(() => undefined) });
  t.equal(await askControl(path, { route: 'GET /never', patienceMs: 50 }), null, 'patience has an end');
  const waiting = askControl(path, { route: 'GET /never' });
  setTimeout(() => void closeControl(server), 50);
  t.equal(await waiting, null);
});

void t.test('a process that is too busy to answer is there all the same', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'rawjournal-control-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, 'control.sock');
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('listens'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGSTOP');
  t.equal(await askControl(path, { route: 'GET /ping', patienceMs: 200 }), null);
  t.equal(await isServed(path), true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  t.equal(await isServed(path), false, 'what a killed one leaves is a file and no more');
  t.equal(await isServed(join(folder, 'nothing')), false);
});
