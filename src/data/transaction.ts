import { Socket } from 'node:net';
import {
  CompiledQuery,
  QueryCreator,
  type Kysely,
  type QueryExecutor,
  type QueryExecutorProvider,
} from 'kysely';
import type { Schema } from './schema.js';

/** One transaction, to ask in. It asks nothing any more once the transaction is over. */
export class Tx extends QueryCreator<Schema> implements QueryExecutorProvider {
  constructor(private readonly executor: QueryExecutor) {
    super({ executor });
  }

  getExecutor(): QueryExecutor {
    return this.executor;
  }
}

/**
 * Runs `work` between a begin and a commit. Unlike a transaction of kysely's own it lets statements that do not wait
 * for one another travel together, `first` and the begin with them: the connection keeps the order in which they were
 * asked.
 */
export function transact<T>(
  pool: Kysely<Schema>,
  work: (tx: Tx) => Promise<T>,
  first: (tx: Tx) => Promise<unknown> = () => Promise.resolve(),
): Promise<T> {
  const executor = pool.getExecutor();
  return executor.provideConnection(async (connection) => {
    let isOver = false;
    const say = (text: string): Promise<unknown> => connection.executeQuery(CompiledQuery.raw(text));
    const tx = new Tx(
      executor.withConnectionProvider({
        provideConnection: async (ask) => {
          if (isOver) throw new Error('The transaction is over.');
          return ask(connection);
        },
      }),
    );
    try {
      // allSettled: whatever fails, all have ended before the transaction does.
      const [begun, prepared, done] = await Promise.allSettled([
        say('begin'),
        first(tx),
        (async () => work(tx))(),
      ]);
      if (done.status === 'rejected') throw done.reason;
      if (begun.status === 'rejected') throw begun.reason;
      if (prepared.status === 'rejected') throw prepared.reason;
      isOver = true;
      await say('commit');
      return done.value;
    } catch (error) {
      isOver = true;
      await say('rollback');
      throw error;
    }
  });
}

/**
 * A socket on which what is written in one breath leaves in one piece. A write wakes the other side, and costs more
 * than most statements that it carries.
 */
export function gatheringSocket(): Socket {
  const socket = new Socket();
  let isGathering = false;
  const gather = (): void => {
    if (isGathering) return;
    isGathering = true;
    socket.cork();
    process.nextTick(() => {
      isGathering = false;
      socket.uncork();
    });
  };
  // Not before: while it connects, a socket puts its own `write` back.
  socket.once('connect', () => {
    const write = socket.write.bind(socket) as (...all: unknown[]) => boolean;
    socket.write = (...all: unknown[]): boolean => {
      gather();
      return write(...all);
    };
  });
  return socket;
}
