import t from 'tap';
import { nobody } from '../../data/database.js';
import { noteUnknownServer, unknownServers } from '../../data/servers.js';
import { testApp, type TestApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
import { scriptedTerminals } from '../../testing/scripted-terminals.js';

t.setTimeout(120_000);

const asks = (world: TestApp, server: string): Promise<void> =>
  world.db.withTenant('sync', nobody, (tx) => noteUnknownServer(tx, server, world.clock.now()));

void t.test('a server that no terminal finds is named to the administrator, who may forget it', async (t) => {
  const world = await testApp(t, { terminals: scriptedTerminals({}) });
  const { browser } = await person(world, 'admin', 'admin');
  t.match((await browser.get('/admin/terminals')).body, /Every server that was asked for was found/);
  await asks(world, 'Brokr-Live');
  await asks(world, 'Brokr-Live');
  await asks(world, '<script>alert(1)</script>');
  const { body } = await browser.get('/admin/terminals/servers');
  t.match(body, /Brokr-Live<\/th>[^]*2 times/);
  t.notMatch(body, '<script>alert');
  const after = await browser.post('/admin/terminals/servers/removal', { server: 'Brokr-Live' });
  t.equal(after.statusCode, 200);
  t.notMatch(after.body, 'Brokr-Live');
  t.match(after.body, /alert\(1\)/);
});

void t.test('nobody else sees or forgets one', async (t) => {
  const world = await testApp(t, { terminals: scriptedTerminals({}) });
  const { browser } = await person(world, 'user');
  await asks(world, 'Brokr-Live');
  t.equal((await browser.get('/admin/terminals/servers')).statusCode, 404);
  await browser.get('/dashboard');
  t.equal((await browser.post('/admin/terminals/servers/removal', { server: 'Brokr-Live' })).statusCode, 404);
  const left = await world.db.withTenant('sync', nobody, unknownServers);
  t.match(left, [{ server: 'Brokr-Live', asked: 1 }]);
});
