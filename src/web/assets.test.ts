import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import t from 'tap';
import { buildAssets, loadAssets } from './assets.js';

const vendored = [
  'htmx.org/dist/htmx.min.js',
  'idiomorph/dist/idiomorph-ext.min.js',
  'htmx-ext-ws/dist/ws.min.js',
  '@alpinejs/csp/dist/cdn.min.js',
  'uplot/dist/uPlot.iife.min.js',
  'uplot/dist/uPlot.min.css',
  '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
];

interface Project {
  root: string;
  outDir: string;
  write(path: string, text: string): Promise<void>;
  read(path: string): Promise<string>;
  build(): Promise<Record<string, string>>;
}

/** An empty project with stand-ins for the packages; gone when the test ends. */
async function project(test: { teardown: (done: () => Promise<void>) => void }): Promise<Project> {
  const root = await mkdtemp(join(tmpdir(), 'assets-'));
  test.teardown(() => rm(root, { recursive: true }));
  const outDir = join(root, 'dist', 'public');
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  for (const path of vendored) await write(`node_modules/${path}`, `/* ${path} */`);
  await write('public/img/mark.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>');
  return {
    root,
    outDir,
    write,
    read: (path) => readFile(join(outDir, path), 'utf8'),
    build: () => buildAssets({ root, outDir }),
  };
}

const everything = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

t.test('a file is found under its name and served under a name that carries its content', async (t) => {
  const p = await project(t);
  await p.write('public/robots.txt', 'User-agent: *');
  await p.build();
  const asset = loadAssets(p.outDir);
  t.match(asset('robots.txt'), /^\/assets\/robots\.[0-9a-f]{8}\.txt$/);
  t.match(asset('vendor/htmx.min.js'), /^\/assets\/vendor\/htmx\.min\.[0-9a-f]{8}\.js$/);
  t.equal(await p.read(asset('robots.txt').slice('/assets/'.length)), 'User-agent: *');
});

t.test('a name that was not built throws and says which', async (t) => {
  const p = await project(t);
  await p.build();
  t.throws(() => loadAssets(p.outDir)('css/apq.css'), /"css\/apq\.css"/);
});

t.test('asking before anything was built throws at once', async (t) => {
  const p = await project(t);
  t.throws(() => loadAssets(p.outDir), { code: 'ENOENT' });
});

t.test('a changed file gets another name, and the old one goes with its twins', async (t) => {
  const p = await project(t);
  await p.write('public/js/chart.js', 'let a = 1;');
  const before = await p.build();
  await p.write('public/js/chart.js', 'let a = 2;');
  const after = await p.build();
  t.not(after['js/chart.js'], before['js/chart.js']);
  const left = (await everything(p.outDir)).filter((path) => path.includes('chart'));
  t.same(
    left.map((path) => path.slice(p.outDir.length + 1)),
    ['', '.br', '.gz'].map((twin) => `${String(after['js/chart.js'])}${twin}`),
  );
});

t.test('building twice writes the same bytes', async (t) => {
  const p = await project(t);
  await p.write('public/css/app/1.css', 'a { background: url(../img/mark.svg) }');
  const bytes = async (): Promise<string[]> =>
    Promise.all((await everything(p.outDir)).map(async (path) => (await readFile(path)).toString('base64')));
  await p.build();
  const first = await bytes();
  await p.build();
  t.same(await bytes(), first);
});

t.test('references inside a stylesheet follow the hashed names, whatever their quotes', async (t) => {
  const p = await project(t);
  await p.write(
    'public/css/x.css',
    `a { src: url(../img/mark.svg) } b { src: url("../img/mark.svg") } c { src: url( '../img/mark.svg' ) }`,
  );
  await p.write('public/css/y.css', `a { src: url(data:image/png;base64,AAAA); mask: url(#here) }`);
  const manifest = await p.build();
  const mark = `url("../${String(manifest['img/mark.svg'])}")`;
  t.equal(
    await p.read(String(manifest['css/x.css'])),
    `a { src: ${mark} } b { src: ${mark} } c { src: ${mark} }`,
  );
  t.match(await p.read(String(manifest['css/y.css'])), 'url(data:image/png;base64,AAAA); mask: url(#here)');
});

t.test('a stylesheet gets another name when only what it refers to has changed', async (t) => {
  const p = await project(t);
  await p.write('public/css/x.css', 'a { src: url(../img/mark.svg) }');
  const before = await p.build();
  await p.write('public/img/mark.svg', '<svg/>');
  t.not((await p.build())['css/x.css'], before['css/x.css']);
});

t.test('a reference to a file that does not exist stops the build', async (t) => {
  const p = await project(t);
  await p.write('public/css/x.css', 'a { src: url(gone.woff2) }');
  await t.rejects(p.build(), /css\/x\.css refers to gone\.woff2/);
});

t.test('a script imports others by their hashed names, and is named anew with them', async (t) => {
  const p = await project(t);
  await p.write('public/js/chart.js', `import { one } from './chart/one.js';\none();\n`);
  await p.write('public/js/chart/one.js', `import { two } from './two.js';\nexport const one = two;\n`);
  await p.write('public/js/chart/two.js', 'export const two = () => 2;\n');
  const before = await p.build();
  const one = String(before['js/chart/one.js']).slice('js/'.length);
  t.equal(await p.read(String(before['js/chart.js'])), `import { one } from './${one}';\none();\n`);
  await p.write('public/js/chart/two.js', 'export const two = () => 3;\n');
  t.not((await p.build())['js/chart.js'], before['js/chart.js']);
  await p.write('public/js/chart/two.js', `import { one } from './one.js';\nexport const two = one;\n`);
  await t.rejects(p.build(), /one\.js imports itself/);
  await p.write('public/js/chart/two.js', `import './gone.js';\n`);
  await t.rejects(p.build(), /two\.js imports js\/chart\/gone\.js, which does not exist/);
});

t.test('the parts of the application are joined in name order, and their names do not meet', async (t) => {
  const p = await project(t);
  await p.write('public/css/app/20-b.css', 'b {}\n');
  await p.write('public/css/app/10-a.css', 'a {}\n');
  await p.write('public/js/app/a.js', 'const same = 1;\n');
  await p.write('public/js/app/b.js', 'const same = 2;\n');
  const manifest = await p.build();
  t.equal(await p.read(String(manifest['css/app.css'])), 'a {}\n\nb {}\n');
  const script = await p.read(String(manifest['js/app.js']));
  t.doesNotThrow(() => new Script(`'use strict';${script}`));
  t.equal(manifest['js/app/a.js'], undefined);
});

t.test('what compresses has twins that unpack to the same, and a font has none', async (t) => {
  const p = await project(t);
  await p.write('public/js/long.js', 'let a = 1;\n'.repeat(500));
  const path = String((await p.build())['js/long.js']);
  const plain = await readFile(join(p.outDir, path));
  t.same(brotliDecompressSync(await readFile(join(p.outDir, `${path}.br`))), plain);
  t.same(gunzipSync(await readFile(join(p.outDir, `${path}.gz`))), plain);
  const twins = (await everything(p.outDir)).filter((name) => /woff2\.(br|gz)$/.test(name));
  t.same(twins, []);
});

t.test('hidden files stay behind', async (t) => {
  const p = await project(t);
  await p.write('public/img/.DS_Store', 'x');
  t.notOk(Object.keys(await p.build()).some((name) => name.includes('DS_Store')));
});
