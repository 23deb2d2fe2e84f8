/** `npm run bench -- NAME`: each prints what was measured beside its anchor, in the same run. */
const benches: Readonly<Record<string, () => Promise<void> | void>> = {
  web: async () => (await import('./web.js')).web(),
  login: async () => (await import('./login.js')).login(),
  ingest: async () => (await import('./ingest.js')).ingest(),
  push: async () => (await import('./push.js')).push(),
  queue: async () => (await import('./queue.js')).queue(),
  list: async () => (await import('./list.js')).list(),
  import: async () => (await import('./import.js')).importing(),
  figures: async () => (await import('./figures.js')).figures(),
  analytics: async () => (await import('./analytics.js')).analytics(),
  charts: async () => (await import('./charts.js')).charts(),
  search: async () => (await import('./search.js')).search(),
  memory: async () => (await import('./memory.js')).memory(),
};

const wanted = process.argv.slice(3);
const unknown = wanted.find((name) => !(name in benches));
if (unknown !== undefined) {
  process.stderr.write(`There is no benchmark "${unknown}": ${Object.keys(benches).join(', ')}.\n`);
  process.exitCode = 1;
} else {
  for (const name of wanted.length > 0 ? wanted : Object.keys(benches)) await benches[name]?.();
}
