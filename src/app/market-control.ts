import { z } from 'zod';
import type { MarketAccountRow } from '../data/market-account.js';
import { Fault } from '../lib/fault.js';
import type { MarketDesk } from '../sync/market-source.js';
import { loginField, passwordField, serverField } from '../web/form.js';
import { noneNeeded } from '../web/market-words.js';
import type { ControlRoutes } from './control.js';

const given = z.strictObject({ server: serverField, login: loginField, password: passwordField });

/** The account for prices as a command is told of it: never with its password. */
export interface ShownMarketAccount {
  account: (Omit<MarketAccountRow, 'set_at' | 'told_at'> & { since: string }) | null;
}

export const shownMarketAccount = async (desk: Pick<MarketDesk, 'look'>): Promise<ShownMarketAccount> => {
  const row = await desk.look();
  if (row === null) return { account: null };
  const { set_at: set, told_at: told, ...rest } = row;
  return { account: { ...rest, since: (told ?? set).toISOString() } };
};

/** Setting and clearing the account for prices beside the running process, which takes it at once. */
export function marketControl(deskOf: () => MarketDesk | null): ControlRoutes {
  const desk = (): MarketDesk => {
    const found = deskOf();
    if (found === null) throw new Fault(409, 'simulated', noneNeeded);
    return found;
  };
  return {
    'GET /market-account': () => shownMarketAccount(desk()),
    'PUT /market-account': async (body) => {
      await desk().set(given.parse(body));
      return {};
    },
    'DELETE /market-account': async () => ({ wasThere: await desk().clear() }),
  };
}
