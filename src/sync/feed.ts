import type { WrittenReading } from '../data/readings.js';

/** What pages and streams are told, under the names of the API. */
export type FeedEvent =
  // With what the reading wrote, so that nobody has to ask for it.
  | { type: 'POSITION_UPDATE' | 'BALANCE_UPDATE'; accountId: string; reading?: WrittenReading }
  | { type: 'NEW_TRADE'; accountId: string; tradeId: string }
  | { type: 'SYNC_STATUS'; accountId: string | null }
  | { type: 'CANDLE_UPDATE'; accountId: null; names: readonly string[] }
  | { type: 'MARKET_STATE'; accountId: null };

type Listener = (events: readonly FeedEvent[]) => void;

/** Who is told what: one user's events reach that user's listeners alone. */
export interface Feed {
  publish(userId: string, events: readonly FeedEvent[]): void;
  /** Events that concern everybody who listens. */
  publishToAll(events: readonly FeedEvent[]): void;
  subscribe(userId: string, listener: Listener): () => void;
}

/** A listener that fails is told of through `onError`, and keeps nobody else from hearing. */
export function createFeed(onError: (error: unknown) => void = () => undefined): Feed {
  const listeners = new Map<string, Set<Listener>>();
  const tell = (of: Iterable<Listener>, events: readonly FeedEvent[]): void => {
    for (const listener of [...of])
      try {
        listener(events);
      } catch (error) {
        onError(error);
      }
  };
  return {
    publish: (userId, events) => {
      if (events.length > 0) tell(listeners.get(userId) ?? [], events);
    },
    publishToAll: (events) => {
      for (const set of listeners.values()) tell(set, events);
    },
    subscribe: (userId, listener) => {
      const set = listeners.get(userId) ?? new Set();
      listeners.set(userId, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(userId) === set) listeners.delete(userId);
      };
    },
  };
}
