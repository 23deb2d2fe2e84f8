import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { listSpecs, removeSpec, saveSpec, type InstrumentSpec } from '../../data/instrument-specs.js';
import type { Tx } from '../../data/database.js';
import { plainName } from '../../domain/instrument.js';
import { seedOf, usualSymbols } from '../../domain/instrument-seed.js';
import { amount } from '../../web/figures.js';
import { readForm, type Typed } from '../../web/form.js';
import { optionalQuoteField, optionalSizeField, symbolField } from '../../web/instrument-fields.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { numberField } from '../../web/number-field.js';

const named = symbolField.transform((symbol) => plainName(symbol));
const nameForm = z.object({ name: named });
const specForm = z.object({
  name: named,
  contractSize: numberField({ decimals: 10, from: 'above-zero' }),
  pipSize: optionalSizeField,
  quote: optionalQuoteField.refine((text) => text !== null, { error: 'Please fill this in.' }),
  digits: z
    .string()
    .optional()
    .transform((text = '') => (text.trim() === '' ? null : Number(text)))
    .refine((digits) => digits === null || (Number.isInteger(digits) && digits >= 0 && digits <= 10), {
      error: 'A number from 0 to 10.',
    }),
});

const bare = (text: string | null): string => text?.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '') ?? '';

const rowOf = (spec: InstrumentSpec) => ({
  name: spec.name,
  contractSize: amount(bare(spec.contract_size), 0),
  pipSize: spec.pip_size === null ? null : bare(spec.pip_size),
  quote: spec.quote_currency,
  digits: spec.digits,
  changeHref: `/settings/instruments?name=${encodeURIComponent(spec.name)}#instrument`,
});

/** What the form starts with: what was said of that name, else what is usual of it. */
function startOf(name: string | undefined, specs: readonly InstrumentSpec[]): Typed {
  if (name === undefined) return {};
  const spec = specs.find((one) => one.name === name);
  const usual = seedOf(name);
  return {
    name,
    contractSize: spec === undefined ? (usual.contractSize ?? '') : bare(spec.contract_size),
    pipSize: spec === undefined ? (usual.pipSize ?? '') : bare(spec.pip_size),
    quote: spec?.quote_currency ?? usual.quote ?? '',
    digits: String((spec === undefined ? usual.digits : spec.digits) ?? ''),
  };
}

interface Shown {
  typed?: Typed;
  errors?: Record<string, string>;
  name?: string | undefined;
}

async function instruments(tx: Tx, userId: string, { typed, errors, name }: Shown) {
  const specs = await listSpecs(tx, userId);
  const fields = typed ?? startOf(name, specs);
  const value = (field: string): string => fields[field] ?? '';
  return {
    rows: specs.map(rowOf),
    values: {
      name: value('name'),
      contractSize: value('contractSize'),
      pipSize: value('pipSize'),
      quote: value('quote'),
      digits: value('digits'),
    },
    errors: errors ?? {},
    symbols: usualSymbols,
  };
}

/** What one lot of a symbol holds and what a pip of it is, where the user knows it better. */
export function instrumentRoutes(app: FastifyInstance, { db, clock, page, region }: Kit): void {
  const config = { access: 'user' } as const;
  const data = (request: FastifyRequest, shown: Shown) => {
    const { userId } = visitorOf(request);
    return db.withTenant('app', userId, (tx) => instruments(tx, userId, shown));
  };
  const show = async (request: FastifyRequest, reply: FastifyReply, shown: Shown) =>
    region(
      request,
      reply,
      { view: 'settings/_instruments', status: shown.errors === undefined ? 200 : 422 },
      await data(request, shown),
    );

  app.get('/settings/instruments', { config }, async (request, reply) => {
    const asked = nameForm.safeParse(request.query);
    return page(
      request,
      reply,
      { view: 'settings/instruments', title: 'Instruments', section: 'settings' },
      { tab: 'instruments', ...(await data(request, { name: asked.data?.name })) },
    );
  });
  app.get('/settings/instruments/list', { config }, async (request, reply) => show(request, reply, {}));

  app.post('/settings/instruments', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const read = readForm(specForm, request.body);
    if (!read.ok) return show(request, reply, read);
    const { name, contractSize, pipSize, quote, digits } = read.values;
    const spec = { name, contractSize, pipSize, quoteCurrency: quote, digits };
    await db.withTenant('app', userId, (tx) => saveSpec(tx, userId, spec, clock.now()));
    return show(request, reply, {});
  });

  app.post('/settings/instruments/removal', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const read = readForm(nameForm, request.body);
    if (!read.ok) return show(request, reply, read);
    await db.withTenant('app', userId, (tx) => removeSpec(tx, userId, read.values.name));
    return show(request, reply, {});
  });
}
