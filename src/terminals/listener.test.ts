import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { openListener, type Hello, type Listener } from './listener.js';
import { protocolVersion, type ChildMessage } from './protocol.js';
import { after, type After } from './timers.js';

const token = 'the token';
const hello: ChildMessage = {
  ...{ type: 'hello', token, slot: 1, pid: 1, protocol: protocolVersion, bridge: 'a bridge' },
  ...{ python: null, numpy: null, package: null, terminal: null, enums: {} },
};

interface Scene {
  listener: Listener;
  guests: Hello[];
  dial: () => Socket;
  heard: () => number;
}

/** A listener that waits for slot 1, everybody who came in, and how much they have said. */
async function listening(t: Test, later: After = after): Promise<Scene> {
  const guests: Hello[] = [];
  let heard = 0;
  const said = (): void => void (heard += 1);
  const visitor = { said, garbage: () => undefined, closed: () => undefined };
  const reception = {
    tokenOf: (slot: number) => (slot === 1 ? token : null),
    arrived: (one: Hello) => {
      guests.push(one);
      return visitor;
    },
  };
  const listener = await openListener(reception, { helloMs: 60_000, after: later });
  const sockets: Socket[] = [];
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy();
    await listener.close();
  });
  const dial = (): Socket => {
    const socket = connect(listener.port, '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    return socket;
  };
  return { listener, guests, dial, heard: () => heard };
}

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await sleep(5);
};

void t.test('somebody who takes every place and says nothing keeps no child out', async (t) => {
  const { listener, guests, dial } = await listening(t);
  const silent = Array.from({ length: 200 }, dial);
  await until(() => listener.refused() === silent.length - 64);
  dial().write(`${JSON.stringify(hello)}\n`);
  await until(() => guests.length === 1);
  t.equal(listener.refused(), silent.length - 63, 'the one that had waited longest went');
});

void t.test('a token opens the door of its own slot and of no other', async (t) => {
  const { listener, guests, dial } = await listening(t);
  for (const other of [{ token: 'another' }, { slot: 2 }, { slot: 0 }])
    dial().write(`${JSON.stringify({ ...hello, ...other })}\n`);
  await until(() => listener.refused() === 3);
  t.same(guests, []);
});

void t.test('whoever says much at once is heard little by little, and in the end wholly', async (t) => {
  const rests: (() => void)[] = [];
  const { guests, dial, heard } = await listening(t, (ms, work) => {
    if (ms < 60_000) rests.push(work);
    return () => undefined;
  });
  const most = 20_000;
  const beat = '{"type":"heartbeat","seq":1,"state":"idle","rssBytes":0}\n';
  dial().write(`${JSON.stringify(hello)}\n${beat.repeat(most)}`);
  await until(() => guests.length === 1 && rests.length > 0);
  while (heard() < most) {
    const before = heard();
    await sleep(50);
    t.equal(heard(), before, 'nothing is heard in a rest');
    rests.shift()?.();
    await until(() => rests.length > 0 || heard() === most);
    t.ok(heard() - before < 5_000);
  }
});
