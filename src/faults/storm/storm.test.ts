import t from 'tap';
import { needs } from '../../testing/needs.js';
import { seeded } from '../../testing/simulated-sync.js';
import { storm } from './storm.js';
import { isKept, tableOf } from './table.js';

// Half a minute on a machine of its own.
t.setTimeout(600_000);

const patience = 5;

void t.test(
  'the program, PostgreSQL and Redis are killed while people work, and nothing acknowledged is lost or doubled',
  needs('redis-server'),
  async (t) => {
    const random = seeded(3);
    const restartMs = { service: () => 200, servers: () => 200 };
    const order = { kills: 3, random, amid: 0.5, onStrike: () => undefined };
    const seen = await storm({ users: 2, patience, restartMs }, order);
    t.ok(isKept([seen], patience), tableOf([seen], patience));
    t.equal(seen.strikes.length, 3);
    const writes = Object.values(seen.acknowledged).reduce((sum, n) => sum + n, 0);
    t.ok(writes > 3, `${writes} writes were acknowledged`);
  },
);
