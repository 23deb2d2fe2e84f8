import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { notFound } from '../../lib/fault.js';
import type { SlotView } from '../../terminals/slot.js';
import type { Terminals } from '../../terminals/supervisor.js';
import type { Kit } from '../../web/kit.js';
import { megabytes } from '../../web/terminal-words.js';

const config = { access: 'admin' } as const;
type Numbered = { Params: { number: string } };

/** Versions as the child says them, and the terminal's build from its own journal. */
const versions = ({ child }: SlotView, build: number | null) => [
  { label: 'Bridge', value: child?.bridge ?? null },
  { label: 'Package', value: child?.package ?? null },
  { label: 'Terminal', value: build === null ? (child?.terminal ?? null) : `build ${build}` },
];

/** One terminal from inside: the processes of its sandbox, its versions, and what its journal says. */
async function insideOf(terminals: Terminals | null, number: string) {
  const slot = terminals?.slots.find((one) => String(one.number) === number);
  const inspection = slot === undefined ? null : await terminals?.inspect(slot.number);
  if (slot === undefined || inspection == null) throw notFound();
  const { processes, journal } = inspection;
  const known = processes.map(({ bytes }) => bytes).filter((bytes) => bytes !== null);
  return {
    number,
    versions: versions(slot.view(), journal.build),
    processes: processes.map(({ pid, depth, name, bytes }) => ({
      pid,
      depth,
      name,
      memory: megabytes(bytes),
    })),
    total: known.length === 0 ? null : megabytes(known.reduce((sum, bytes) => sum + bytes, 0)),
    journal: journal.lines,
  };
}

export function terminalPageRoutes(
  app: FastifyInstance,
  { page, region }: Kit,
  terminals: Terminals | null,
): void {
  app.get<Numbered>('/admin/terminals/:number', { config }, async (request, reply) =>
    page(
      request,
      reply,
      { view: 'admin/terminal', title: `Terminal ${request.params.number}`, section: 'admin' },
      await insideOf(terminals, request.params.number),
    ),
  );
  app.get<Numbered>(
    '/admin/terminals/:number/inside',
    { config },
    async (request: FastifyRequest<Numbered>, reply: FastifyReply) =>
      region(request, reply, { view: 'admin/_inside' }, await insideOf(terminals, request.params.number)),
  );
}
