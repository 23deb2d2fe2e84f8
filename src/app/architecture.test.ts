import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import t from 'tap';
import { projectRoot } from '../testing/database.js';

/** Who may import whom. A newcomer who breaks an arrow is told which one. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  domain: ['lib'],
  data: ['lib', 'domain'],
  terminals: ['lib', 'domain'],
  reports: ['lib', 'domain'],
  backup: ['lib', 'domain', 'data'],
  pictures: ['lib'],
  sync: ['lib', 'domain', 'data', 'terminals'],
  web: ['lib', 'domain', 'data'],
  alarms: ['lib', 'domain', 'data'],
  billing: ['lib', 'domain', 'data'],
  mail: ['lib', 'domain', 'data', 'web'],
  doctor: ['lib', 'domain', 'data', 'terminals', 'sync', 'web', 'mail'],
  features: [
    ...['lib', 'domain', 'data', 'terminals', 'reports', 'pictures', 'sync', 'web'],
    ...['alarms', 'mail', 'billing'],
  ],
  app: [
    ...['lib', 'domain', 'data', 'terminals', 'reports', 'pictures', 'sync', 'web'],
    ...['alarms', 'mail', 'billing', 'doctor', 'features'],
  ],
  cli: [
    ...['lib', 'domain', 'data', 'alarms', 'backup', 'terminals', 'sync', 'web', 'mail'],
    ...['doctor', 'features', 'app'],
  ],
  release: ['lib'],
  machines: ['release', 'testing'],
  bench: ['lib', 'domain', 'data', 'reports', 'terminals', 'sync', 'web', 'features', 'app', 'testing'],
  faults: ['lib', 'domain', 'data', 'terminals', 'sync', 'web', 'features', 'app', 'bench', 'testing'],
  testing: [
    ...['lib', 'domain', 'data', 'terminals', 'reports', 'pictures', 'sync', 'web'],
    ...['alarms', 'mail', 'billing', 'features', 'app'],
  ],
};

interface Source {
  path: string;
  /** the folder below src, '' for src itself */
  room: string;
  feature: string | null;
  text: string;
  imports: string[];
}

const src = join(projectRoot, 'src');

const sources: Source[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(join(src, path), 'utf8');
    const parts = path.split('/');
    return {
      path,
      room: parts.length > 1 ? (parts[0] ?? '') : '',
      feature: parts[0] === 'features' ? (parts[1] ?? null) : null,
      text,
      imports: [...text.matchAll(/(?:from|import) '([^']+)'/g)].map(([, name]) => name ?? ''),
    };
  });

const isTest = ({ path }: Source): boolean => path.endsWith('.test.ts') || path.startsWith('testing/');
const program = sources.filter((source) => !isTest(source));
const targets = (source: Source): string[] =>
  source.imports
    .filter((name) => name.startsWith('.'))
    .map((name) => normalize(join(dirname(source.path), name)));

const breaches = (wrong: (source: Source) => boolean): string[] =>
  program.filter(wrong).map((source) => source.path);

void t.test('every import follows an arrow', async (t) => {
  const found = program
    .filter((source) => source.room !== '')
    .flatMap((source) =>
      targets(source)
        .map((target) => target.split('/')[0] ?? '')
        .filter((room) => room !== source.room && !arrows[source.room]?.includes(room))
        .map((room) => `${source.path} imports ${room}/`),
    );
  t.same(found, []);
});

void t.test('a feature never imports another feature', async (t) => {
  const found = program
    .filter((source) => source.feature !== null)
    .flatMap((source) => targets(source).map((target) => [source, target] as const))
    .filter(([source, target]) => target.startsWith('features/') && target.split('/')[1] !== source.feature)
    .map(([source, target]) => `${source.path} imports ${target}`);
  t.same(found, []);
});

void t.test('lib and domain are pure: no clock, no process, no files, no network', async (t) => {
  const pure = (source: Source): boolean => ['lib', 'domain'].includes(source.room);
  const impure = /Date\.now\(|new Date\(\)|\bprocess\.|Math\.random\(|performance\.now/;
  t.same(
    breaches((source) => pure(source) && impure.test(source.text)),
    [],
  );
  const reaches = (source: Source): boolean =>
    source.imports.some((name) => name.startsWith('node:') && name !== 'node:crypto');
  t.same(
    breaches((source) => pure(source) && reaches(source)),
    [],
  );
});

void t.test('the framework stands in web, app and routes only', async (t) => {
  const mayUse = (source: Source): boolean =>
    ['web', 'app'].includes(source.room) || /routes\.ts$/.test(source.path) || source.room === 'bench';
  t.same(
    breaches((source) => source.imports.includes('fastify') && !mayUse(source)),
    [],
  );
});

void t.test('SQL stands in data and in queries only, raw text in migrations and the lint only', async (t) => {
  const mayQuery = (source: Source): boolean => source.room === 'data' || /queries\.ts$/.test(source.path);
  const asks = /\.(selectFrom|insertInto|updateTable|deleteFrom)\(/;
  t.same(
    breaches((source) => asks.test(source.text) && !mayQuery(source)),
    [],
  );
  t.same(
    breaches((source) => source.text.includes('sql.raw')),
    ['data/lint.ts', 'data/migrate.ts'],
  );
});

void t.test('child processes, the environment and the exit have one place each', async (t) => {
  const starts = (source: Source): boolean => source.imports.includes('node:child_process');
  // Backups are made by pg_dump, age and rclone: none of them is a library.
  const mayStart = (source: Source): boolean =>
    ['terminals', 'cli', 'bench', 'release', 'machines'].includes(source.room) ||
    source.path === 'backup/programs.ts' ||
    /^app\/(postgres|workers|notify)/.test(source.path);
  t.same(
    breaches((source) => starts(source) && !mayStart(source)),
    [],
  );
  t.same(
    breaches((source) => source.text.includes('process.env') && source.room !== 'bench'),
    ['app/config.ts'],
  );
  t.same(
    breaches((source) => source.text.includes('process.exit(')),
    ['main.ts'],
  );
});
