import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { removeLeavers } from '../app/leavers.js';
import { beginLeaving } from '../data/leaving.js';
import { memoryLive } from '../data/live-memory.js';
import { pictureFiles } from '../data/picture-files.js';
import { backupHome, needsBackups, onlyFile } from '../testing/backups.js';
import { debianCluster } from '../testing/debian-cluster.js';
import { outside } from '../testing/outside.js';
import { stolen } from '../testing/steps.js';
import { realClock } from '../testing/trial.js';

t.setTimeout(900_000);

void t.test(
  'the backup after the removal of a person holds nothing of them',
  await needsBackups(),
  async (t) => {
    const home = await backupHome(t);
    const { db, stateDir } = home;
    const [userId = '', otherId = ''] = home.people;
    const word = 'canary-bird-5582';
    await db.withTenant('app', userId, async (tx) => {
      await tx.updateTable('users').set({ name: word }).where('user_id', '=', userId).execute();
      await beginLeaving(tx, userId, realClock.now());
    });
    await removeLeavers({
      billing: null,
      ...{ db, clock: realClock, live: memoryLive(realClock), uploads: join(stateDir, 'uploads') },
      pictures: pictureFiles(join(stateDir, 'screenshots')),
      log: { info: () => undefined, warn: () => undefined },
    });
    t.match(await home.run(['backup']), { code: 0 });
    const fresh = await outside(t, await debianCluster(t));
    const file = await onlyFile(home);
    t.match(await fresh.run(['restore', file, '--identity', home.keys.identity]), { code: 0 });
    const restored = await stolen(fresh);
    t.ok(restored.includes(otherId), 'the others are there');
    for (const gone of [userId, word]) t.notOk(restored.includes(gone));
    const files = (await readdir(join(fresh.stateDir, 'screenshots'))).join(' ');
    const kept = home.pictureIds.filter((id) => files.includes(id));
    t.equal(kept.length, home.pictureIds.length - 2, 'but for the two pictures of who left');
  },
);
