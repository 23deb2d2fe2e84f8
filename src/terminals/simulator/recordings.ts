import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { accountInfo, historyDeal, historyOrder, position, symbolInfo, type Bar } from '../protocol.js';
import type { Account } from './account.js';

/** Accounts that were dumped with the MetaTrader5 Python package. They stand still, and their clock is UTC. */
export const recordedServer = 'Recorded';

const row = z.record(z.string(), z.unknown());
const rate = z.object({
  time: z.number(),
  open: z.number(),
  high: z.number(),
  low: z.number(),
  close: z.number(),
  tick_volume: z.number(),
});

const ids = ['login', 'ticket', 'order', 'magic', 'identifier', 'position_id', 'position_by_id'];

/** Ids become text before they are read as numbers, which would lose the last digits of long ones. */
const quoteIds = (json: string): string =>
  json.replaceAll(new RegExp(`("(?:${ids.join('|')})"\\s*:\\s*)(\\d+)`, 'g'), '$1"$2"');

function contentsOf(folder: string, name: string, otherwise: unknown): unknown {
  const file = join(folder, `${name}.json`);
  return existsSync(file) ? JSON.parse(quoteIds(readFileSync(file, 'utf8'))) : otherwise;
}

/** Symbols are dumped with seconds only. */
const dumpedSymbol = z
  .looseObject({ time: z.number() })
  .transform((raw) => symbolInfo.parse({ ...raw, time_msc: raw.time * 1_000 }));

function contents(folder: string) {
  const list = (name: string): unknown => contentsOf(folder, name, []);
  const deals = z.array(historyDeal).parse(list('deals'));
  const orders = z.array(historyOrder).parse(list('orders'));
  return {
    account: accountInfo.parse({ ...row.parse(contentsOf(folder, 'account', {})), server: recordedServer }),
    deals: deals.sort((a, b) => a.time_msc - b.time_msc || Number(a.ticket) - Number(b.ticket)),
    orders: orders.sort((a, b) => a.time_done_msc - b.time_done_msc),
    positions: z.array(position).parse(list('positions')),
    symbols: z.array(dumpedSymbol).parse(list('symbols')),
    rates: z.record(z.string(), z.array(rate)).parse(contentsOf(folder, 'rates', {})),
  };
}

function recordedAccount(folder: string): Account {
  const { account, deals, orders, positions, symbols, rates } = contents(folder);
  const barOf = (each: z.infer<typeof rate>): Bar => [
    each.time * 1_000,
    ...([each.open, each.high, each.low, each.close, each.tick_volume] as const),
  ];
  return {
    login: account.login,
    server: recordedServer,
    slowness: 1,
    snapshotAt: () => ({ account, positions, orders: [] }),
    historyAt: () => ({ deals, orders }),
    symbolsAt: (_, names) => symbols.filter(({ name }) => names.includes(name)),
    barsAt: (_, { symbol, timeframe, fromServerMs, toServerMs }) =>
      rates[`${symbol}:${timeframe}`]
        ?.map(barOf)
        .filter(([serverMs]) => serverMs >= fromServerMs && serverMs <= toServerMs) ??
      (symbols.some(({ name }) => name === symbol) ? [] : null),
    clockAt: (utcMs, symbol) => {
      const found = symbols.find(({ name }) => name === symbol);
      return found ? { tickServerMs: found.time_msc, utcMs, isMoving: false } : null;
    },
  };
}

/** Accounts by login, from a folder or its subfolders. Throws where a dump is not one. */
export function readRecordings(folder: string): ReadonlyMap<string, Account> {
  const inner = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));
  const dumps = [folder, ...inner].filter((each) => existsSync(join(each, 'account.json')));
  return new Map(dumps.map(recordedAccount).map((account) => [account.login, account]));
}
