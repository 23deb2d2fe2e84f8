import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, extname, join, posix, relative, sep } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** File name with forward slashes (`css/app.css`) → bytes. */
type Files = Map<string, Buffer>;

/** Asset name → path of the hashed file below the output folder (`css/app.3f9c0a12.css`). */
type Manifest = Record<string, string>;

const manifestName = 'manifest.json';

/** Files of installed packages that pages load, by the name under which templates ask for them. */
const vendored: Record<string, string> = {
  'vendor/htmx.min.js': 'htmx.org/dist/htmx.min.js',
  'vendor/htmx-ws.min.js': 'htmx-ext-ws/dist/ws.min.js',
  'vendor/idiomorph-ext.min.js': 'idiomorph/dist/idiomorph-ext.min.js',
  'vendor/alpine-csp.min.js': '@alpinejs/csp/dist/cdn.min.js',
  'vendor/uplot.min.js': 'uplot/dist/uPlot.iife.min.js',
  'vendor/uplot.min.css': 'uplot/dist/uPlot.min.css',
  'fonts/inter-latin.woff2': '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
};

/** Folders whose files are joined in name order: a page asks for one file, and nobody edits a long one. */
const joined: Record<string, string> = { 'css/app.css': 'css/app/', 'js/app.js': 'js/app/' };

const compressible = new Set(['.css', '.js', '.json', '.svg', '.txt', '.webmanifest']);

/**
 * Writes all of `root/public` and the vendored files to `outDir` under names that carry the content's hash, with
 * `.br` and `.gz` beside what compresses, and `manifest.json`; removes whatever else lies there. The same input
 * always gives the same bytes. Throws when a stylesheet refers to a file that does not exist.
 */
export async function buildAssets(folders: { root: string; outDir: string }): Promise<Manifest> {
  const sources = joinFolders(await readFolder(join(folders.root, 'public')));
  for (const [name, path] of Object.entries(vendored)) {
    sources.set(name, await readFile(join(folders.root, 'node_modules', path)));
  }
  const { manifest, files } = hashNames(sources);
  files.set(manifestName, Buffer.from(JSON.stringify(manifest, null, 1)));
  await writeFiles(folders.outDir, files);
  await removeOthers(folders.outDir, files);
  return manifest;
}

/** Asset name → its URL. Throws at once where nothing was built, and later for a name that was not. */
export function loadAssets(outDir: string): (name: string) => string {
  const manifest = JSON.parse(readFileSync(join(outDir, manifestName), 'utf8')) as Manifest;
  return (name) => {
    const hashed = manifest[name];
    if (hashed === undefined) throw new Error(`No asset is called "${name}".`);
    return `/assets/${hashed}`;
  };
}

async function listFolder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

async function readFolder(folder: string): Promise<Files> {
  const files: Files = new Map();
  for (const name of await listFolder(folder)) files.set(name, await readFile(join(folder, name)));
  return files;
}

function joinFolders(sources: Files): Files {
  for (const [whole, folder] of Object.entries(joined)) {
    const parts = [...sources.keys()].filter((name) => name.startsWith(folder));
    if (parts.length === 0) continue;
    const texts = parts.map((name) => part(name, String(sources.get(name))));
    for (const name of parts) sources.delete(name);
    sources.set(whole, Buffer.from(texts.join('\n')));
  }
  return sources;
}

/** A block keeps the names of one script out of the next: they are loaded as a module, hence in strict mode. */
const part = (name: string, text: string): string => (name.endsWith('.js') ? `{\n${text}}` : text);

function hashNames(sources: Files): { manifest: Manifest; files: Files } {
  const manifest: Manifest = {};
  const files: Files = new Map();
  const keep = (name: string, body: Buffer): void => {
    const hashed = hashedName(name, body);
    manifest[name] = hashed;
    files.set(hashed, body);
  };
  const stylesheets = [...sources].filter(([name]) => name.endsWith('.css'));
  for (const [name, body] of inOrderOfImports(sources)) keep(name, rewriteImports(name, body, manifest));
  for (const [name, body] of stylesheets) keep(name, Buffer.from(rewriteUrls(name, String(body), manifest)));
  return { manifest: Object.fromEntries(Object.entries(manifest).sort(byName)), files };
}

const byName = (a: [string, string], b: [string, string]): number => (a[0] < b[0] ? -1 : 1);

function hashedName(name: string, body: Buffer): string {
  const extension = extname(name);
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 8);
  return `${name.slice(0, name.length - extension.length)}.${hash}${extension}`;
}

const importWords = /(\bfrom\s*|\bimport\s*)'(\.[^']+)'/g;

const importsOf = (name: string, body: Buffer): string[] =>
  name.startsWith('js/')
    ? [...String(body).matchAll(importWords)].map(([, , target = '']) =>
        posix.join(posix.dirname(name), target),
      )
    : [];

/** All but stylesheets, what is imported before what imports it: a name carries the names in it. */
function inOrderOfImports(sources: Files): [string, Buffer][] {
  const ordered = new Map<string, Buffer>();
  const visit = (name: string, importers: readonly string[]): void => {
    const body = sources.get(name);
    if (body === undefined)
      throw new Error(`${importers.at(-1) ?? ''} imports ${name}, which does not exist.`);
    if (importers.includes(name)) throw new Error(`${name} imports itself, by ${importers.join(', ')}.`);
    if (ordered.has(name)) return;
    for (const target of importsOf(name, body)) visit(target, [...importers, name]);
    ordered.set(name, body);
  };
  for (const name of sources.keys()) if (!name.endsWith('.css')) visit(name, []);
  return [...ordered];
}

function rewriteImports(name: string, body: Buffer, manifest: Manifest): Buffer {
  if (importsOf(name, body).length === 0) return body;
  const folder = posix.dirname(name);
  const rewritten = String(body).replace(importWords, (whole, word: string, target: string) => {
    const hashed = manifest[posix.join(folder, target)];
    return hashed === undefined ? whole : `${word}'./${posix.relative(folder, hashed)}'`;
  });
  return Buffer.from(rewritten);
}

/** References stay relative, so that the files work below any path. */
function rewriteUrls(stylesheet: string, css: string, manifest: Manifest): string {
  const folder = posix.dirname(stylesheet);
  return css.replace(/url\(\s*(["']?)([^"')]+)\1\s*\)/g, (whole, _quote, target: string) => {
    if (target.startsWith('data:') || target.startsWith('#')) return whole;
    const hashed = manifest[posix.join(folder, target)];
    if (hashed === undefined) throw new Error(`${stylesheet} refers to ${target}, which does not exist.`);
    return `url("${posix.relative(folder, hashed)}")`;
  });
}

async function writeFiles(outDir: string, files: Files): Promise<void> {
  for (const [name, body] of files) {
    const path = join(outDir, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, body);
    if (!compressible.has(extname(name)) || name === manifestName) continue;
    await writeFile(`${path}.br`, brotliCompressSync(body));
    await writeFile(`${path}.gz`, gzipSync(body, { level: 9 }));
  }
}

/** After writing, not before: a server that is running finds its files at every moment. */
async function removeOthers(outDir: string, files: Files): Promise<void> {
  for (const name of await listFolder(outDir)) {
    const owner = name.replace(/\.(br|gz)$/, '');
    if (!files.has(owner)) await rm(join(outDir, name));
  }
}
