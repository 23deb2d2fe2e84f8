import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { password } from '../testing/cast.js';
import { cli, place, started } from '../testing/place.js';

t.setTimeout(600_000);

const heading =
  'id,account,source,symbol,side,lots,opened,openPrice,closed,closePrice,stopLoss,takeProfit,gross,commission,swap,fee,net,' +
  'pips,magic,comment,positionId,currency';
const line = (day: number): string =>
  `x,Swing,live,EURUSD,buy,0.10,2026-03-0${day}T08:00:00.000Z,1.1,2026-03-0${day}T09:00:00.000Z,1.2,,,${day}.00,0,0,0,` +
  `${day}.00,10.0,0,,90000${day},USD`;
const tableOf = (...days: number[]): string => [heading, ...days.map(line), ''].join('\r\n');

void t.test('a file is looked at, saved when that is said, and once is enough', async (t) => {
  const { env, stateDir } = await place(t);
  const folder = join(stateDir, 'files');
  await mkdir(folder);
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const file = await write('trades.csv', tableOf(1, 2));
  const run = (path: string, ...more: string[]) =>
    cli(env, ['import', path, '--user', 'ada@example.org', ...more]);
  t.match(await run(file), { code: 1, stderr: /does not run here/ });

  await started(t, env);
  t.match(await run(file), { code: 1, stderr: /Nobody here has the address ada@example.org/ });
  await cli(env, ['user', 'create', '--email', 'ada@example.org', '--password-stdin'], `${password}\n`);
  t.match(await run(join(folder, 'none.csv')), { code: 1, stderr: /There is no file .*none\.csv/ });
  t.match(await run(folder), { code: 1, stderr: /is no file/ });
  t.match(await run(await write('x.html', '<p>Hello</p>')), {
    code: 1,
    stderr: /Export the report[^]*\/trades\/import\//,
  });

  const looked = await run(file);
  t.match(looked, { code: 0, stderr: '' });
  for (const text of [
    /^Format +RawJournal export$/m,
    /^Goes to +a new one$/m,
    /^New +2$/m,
    /Nothing is saved/,
  ])
    t.match(looked.stdout, text);
  t.match(await run(file, '--account', 'Swing', '--yes'), { code: 1, stderr: /They have none yet/ });
  t.match(await run(file, '--yes'), { code: 0, stdout: /Saved: 2 new rows/ });
  const later = await write('later.csv', tableOf(1, 2, 3));
  t.match((await run(later, '--account', 'swing')).stdout, /^New +1\nKnown +2$/m);
  t.match(await run(later, '--account', 'swing', '--yes'), { code: 0, stdout: /Saved: 1 new rows/ });
  t.match((await run(later, '--account', 'Swing')).stdout, /^New +0\nKnown +3$/m);
  t.match(await run(later, '--account', 'Scalp', '--yes'), {
    code: 1,
    stderr: /They have no account “Scalp”\. Theirs are: Swing\./,
  });
});
