import t from 'tap';
import { Channel, mostWaitingBytes } from './channel.js';
import type { Message } from './messages.js';

const at = '2026-03-02T09:00:00.000Z';
const snapshot: Message = {
  type: 'SNAPSHOT',
  at,
  data: { accounts: [], positions: [], market: { isOpen: true, opensAt: null } },
};
const change: Message = { type: 'CANDLE_UPDATE', at, data: { names: ['EURUSD'] } };

const setting = () => {
  const sent: string[] = [];
  const wire = { waiting: 0, send: (text: string) => void sent.push(text), waitingBytes: () => wire.waiting };
  const said = (): string[] =>
    sent
      .map((text) => JSON.parse(text) as { seq: number; type: string })
      .map(({ seq, type }) => `${seq} ${type}`);
  return { wire, said, channel: new Channel(wire) };
};

void t.test('nothing is said before the first snapshot, and then everything is numbered', async (t) => {
  const { channel, said } = setting();
  channel.give([change]);
  t.same(said(), []);
  t.ok((channel.snapshotDueMs() ?? Infinity) <= 0);
  channel.giveSnapshot(snapshot, 0);
  channel.give([change, change]);
  t.same(said(), ['1 SNAPSHOT', '2 CANDLE_UPDATE', '3 CANDLE_UPDATE']);
  t.equal(channel.snapshotDueMs(), null);
});

void t.test('who cannot keep up gets no change until it has drained, and then a snapshot', async (t) => {
  const { channel, wire, said } = setting();
  channel.giveSnapshot(snapshot, 0);
  wire.waiting = mostWaitingBytes;
  channel.give([change]);
  wire.waiting += 1;
  channel.give([change]);
  wire.waiting = mostWaitingBytes / 2;
  channel.give([change]);
  t.same(said(), ['1 SNAPSHOT', '2 CANDLE_UPDATE'], 'half drained is not drained');
  t.equal(channel.snapshotDueMs(), null);
  wire.waiting = 0;
  channel.give([change]);
  t.equal(channel.snapshotDueMs(), 1_000);
  channel.giveSnapshot(snapshot, 5_000);
  channel.give([change]);
  t.same(said().slice(2), ['3 SNAPSHOT', '4 CANDLE_UPDATE'], 'with the next numbers');
});

void t.test('each question is answered, one a second, and of a flood the first ten', async (t) => {
  const { channel, said } = setting();
  channel.giveSnapshot(snapshot, 0);
  for (let count = 0; count < 3; count += 1) channel.ask();
  channel.give([change]);
  t.same(said(), ['1 SNAPSHOT', '2 CANDLE_UPDATE'], 'changes go on meanwhile');
  for (const nowMs of [1_000, 2_000, 3_000]) {
    t.equal(channel.snapshotDueMs(), nowMs);
    channel.giveSnapshot(snapshot, nowMs);
  }
  t.equal(channel.snapshotDueMs(), null);
  for (let count = 0; count < 500; count += 1) channel.ask();
  let answers = 0;
  for (; channel.snapshotDueMs() !== null; answers += 1) channel.giveSnapshot(snapshot, 10_000 + answers);
  t.equal(answers, 10);
});
