import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t from 'tap';
import type { Shell, Views } from './views.js';
import { createViews } from './views.js';

const viewsDir = join(import.meta.dirname, '..', '..', 'views');
const asset = (name: string): string => `/assets/${name}`;

const shell = (more: Partial<Shell> = {}): Shell => ({
  title: 'Board',
  section: 'board',
  user: { name: 'Ada Lovelace', email: 'ada@example.org', initials: 'AL', role: 'user' },
  csrf: 'token',
  flash: [],
  notices: [],
  accounts: null,
  search: '',
  live: null,
  nowMs: 1_795_276_800_000,
  version: '1.2.3',
  sells: false,
  ...more,
});

async function viewsOf(
  test: { teardown: (done: () => Promise<void>) => void },
  files: Record<string, string>,
): Promise<Views> {
  const folder = await mkdtemp(join(tmpdir(), 'views-'));
  test.teardown(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return createViews({ viewsDir: folder, asset });
}

const templates = async (): Promise<{ name: string; text: string }[]> => {
  const names = (await readdir(viewsDir, { recursive: true })).filter((name) => name.endsWith('.eta'));
  return Promise.all(
    names.map(async (name) => ({ name, text: await readFile(join(viewsDir, name), 'utf8') })),
  );
};

t.test('what a person typed is escaped', async (t) => {
  const views = await viewsOf(t, { 'x.eta': '<p title="<%= it.text %>"><%= it.text %></p>' });
  const html = views.render('x', { text: `<b>"it's" & more` });
  const safe = '&lt;b&gt;&quot;it&#39;s&quot; &amp; more';
  t.equal(html, `<p title="${safe}">${safe}</p>`);
});

t.test('unknown is a dash, and zero and no are themselves', async (t) => {
  const views = await viewsOf(t, { 'x.eta': '<%= it.a %> <%= it.b %> <%= it.c %>' });
  t.equal(views.render('x', { a: null, b: 0, c: false }), '— 0 false');
});

for (const [what, value] of Object.entries({
  'a value that is missing': undefined,
  'a number that is none': NaN,
  'a number without end': Infinity,
  'a function': () => 'x',
  'a plain object': {},
  'a list': ['a'],
  'a date': new Date(0),
})) {
  t.test(`${what} is an error, never a word on the page`, async (t) => {
    const views = await viewsOf(t, { 'x.eta': 'a\n<%= it.value %>', 'raw.eta': '<%~ it.value %>' });
    t.throws(() => views.render('x', { value }), /cannot print/);
    t.throws(() => views.render('raw', { value }), /cannot print/);
  });
}

t.test('an error names the template and the line', async (t) => {
  const views = await viewsOf(t, { 'a/x.eta': 'one\ntwo\n<%= it.gone %>' });
  t.throws(() => views.render('a/x', {}), /a[/\\]x\.eta:3/);
});

t.test('a part sees its parameters and the shell, and nothing else of the page', async (t) => {
  const views = await viewsOf(t, {
    'x.eta': `<%~ part('one', { text: 'mine' }) %>`,
    'parts/one.eta': `<%= it.text %> <%= it.shell.title %> <%= it.asset('a') %> <%= it.hint ?? 'no hint' %>`,
  });
  t.equal(views.render('x', { shell: shell(), hint: 'of the page' }), 'mine Board /assets/a no hint');
});

t.test('a template is read once', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'views-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'x.eta'), 'first');
  const views = createViews({ viewsDir: folder, asset });
  views.render('x', {});
  await writeFile(join(folder, 'x.eta'), 'second');
  t.equal(views.render('x', {}), 'first');
});

t.test('nothing is printed unescaped but parts, bodies and blocks', async (t) => {
  const allowed = /^(include\(|part\(|written\(|block\(|it\.body *$)/;
  // A template may shorten what it repeats: const row = (data) => part('row', data).
  const isShortened = (code: string, text: string): boolean =>
    new RegExp(`const ${/^\w+/.exec(code)?.[0] ?? ' '} = \\([\\w, ]*\\) => part\\(`).test(text);
  // What is no HTML has nothing to escape.
  for (const { name, text } of (await templates()).filter((one) => !/letters\/text/.test(one.name))) {
    const raw = [...text.matchAll(/<%[-_]?\s*~\s*([^%]*)/g)].map((match) => match[1] ?? '');
    const wrong = raw.filter((code) => !allowed.test(code) && !isShortened(code, text));
    t.same(wrong, [], name);
    t.notMatch(text, /\boutput\(/, `${name} writes through output()`);
  }
});

t.test('no template carries a script, a style or an event handler of its own', async (t) => {
  // A letter is read where no style sheet of ours is; browsers show it under a policy that names this one.
  for (const { name, text } of (await templates()).filter((one) => !/letters\/html/.test(one.name))) {
    t.notMatch(text, /\sstyle=|<style|\son[a-z]+=|\shx-on|javascript:|\bjs:/, name);
    t.notMatch(text, /<script(?![^>]*\ssrc=)/, name);
  }
});

t.test('every form that posts carries its token', async (t) => {
  for (const { name, text } of await templates()) {
    const forms = text.match(/<form\b[^>]*method="post"/g)?.length ?? 0;
    const tokens = text.match(/part\('csrf'\)/g)?.length ?? 0;
    t.equal(tokens, forms, name);
  }
});

t.test('the page shows the person, the places and the messages', (t) => {
  const views = createViews({ viewsDir, asset });
  const flash: Shell['flash'] = [{ kind: 'good', text: 'Saved <it>.' }];
  const notices: Shell['notices'] = [{ kind: 'warn', text: 'Markets are closed.' }];
  const html = views.render('styleguide/index', { shell: shell({ flash, notices }) });
  for (const text of ['Ada Lovelace', 'Saved &lt;it&gt;.', 'Markets are closed.', 'RawJournal 1.2.3']) {
    t.ok(html.includes(text), text);
  }
  t.match(html, /hx-headers="{&quot;x-csrf-token&quot;:&quot;token&quot;}"/);
  t.notMatch(html, />\s*Admin\s*</, 'only for admins');
  t.notMatch(html, /undefined|NaN|\[object/);
  t.end();
});

t.test('an admin is shown the way to the administration', (t) => {
  const views = createViews({ viewsDir, asset });
  const user = { name: 'Ada', email: 'ada@example.org', initials: 'A', role: 'admin' as const };
  t.match(views.render('layouts/page', { shell: shell({ user }), body: '' }), 'href="/admin"');
  t.end();
});

t.test('every id on the styleguide is there once', (t) => {
  const html = createViews({ viewsDir, asset }).render('styleguide/index', { shell: shell() });
  const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
  t.same(
    ids.filter((id, at) => ids.indexOf(id) !== at),
    [],
  );
  t.end();
});

const problem = {
  status: 404,
  sentence: 'There is nothing here.',
  advice: 'It may have been removed.',
  requestId: 'r1',
  backHref: '/',
  backLabel: 'To the start',
};

t.test('an error page stands without a user and with one', (t) => {
  const views = createViews({ viewsDir, asset });
  const guest = views.render('errors/error', { shell: shell({ user: null }), ...problem });
  t.match(guest, 'There is nothing here.');
  t.notMatch(guest, '/logout');
  t.match(views.render('errors/error', { shell: shell(), ...problem }), 'action="/logout"');
  t.end();
});

t.test('an icon that does not exist is an error', (t) => {
  t.throws(() => createViews({ viewsDir, asset }).render('parts/icon', { name: 'unicorn' }), /unicorn/);
  t.end();
});
