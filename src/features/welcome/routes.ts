import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { listAccounts } from '../../data/accounts.js';
import type { Tx } from '../../data/database.js';
import { sessionWindows, setSessionWindows } from '../../data/session-windows.js';
import { setProfile, timeZoneOf } from '../../data/users.js';
import { endWelcome, reachStep, welcomeOf, type WelcomeStep } from '../../data/welcomes.js';
import { sayNext } from '../../web/flash.js';
import { readForm, textIn, timeZoneField, type Typed } from '../../web/form.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { hourPresets, hourNames, presetOf } from './hours.js';
import { stepView, type Known } from './view.js';

const hoursForm = z.object({
  timeZone: timeZoneField,
  hours: z.enum(hourNames, { error: 'Choose one of these.' }),
});

interface Shown {
  /** null: where its owner has come to */
  step: WelcomeStep | null;
  typed?: Typed;
  errors?: Readonly<Record<string, string>>;
}

const readStep = (text: unknown): WelcomeStep | null =>
  ([1, 2, 3] as const).find((step) => String(step) === text) ?? null;

const readKnown = async (tx: Tx, userId: string): Promise<Known> => ({
  welcome: await welcomeOf(tx, userId),
  accounts: await listAccounts(tx, userId),
  timeZone: await timeZoneOf(tx, userId),
  windows: await sessionWindows(tx, userId),
});

/** Three steps for somebody new: where trades come from, by which clock they are told, and what to look at first. */
export function welcomeRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, page, clock, cookies } = kit;
  const config = { access: 'user' } as const;

  async function show(request: FastifyRequest, reply: FastifyReply, shown: Shown) {
    const { userId } = visitorOf(request);
    const known = await db.withTenant('app', userId, (tx) => readKnown(tx, userId));
    const { typed = {}, errors = {} } = shown;
    const step = shown.step ?? (known.welcome?.isEnded === false ? known.welcome.step : 1);
    return page(
      request,
      reply,
      {
        ...{ view: 'welcome/show', title: 'Setting up', section: 'welcome' },
        status: Object.keys(errors).length > 0 ? 422 : 200,
      },
      {
        ...stepView(step, known, { typed, errors }),
        hasDemo: kit.demo !== null && kit.demo.userId !== userId,
      },
    );
  }

  app.get<{ Querystring: Readonly<Record<string, unknown>> }>(
    '/welcome',
    { config },
    async (request, reply) => show(request, reply, { step: readStep(request.query['step']) }),
  );

  app.post('/welcome/trades', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    await db.withTenant('app', userId, (tx) => reachStep(tx, userId, 2));
    return reply.redirect('/welcome?step=2', 303);
  });

  app.post('/welcome/hours', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const read = readForm(hoursForm, request.body);
    if (!read.ok) return show(request, reply, { step: 2, ...read });
    const { timeZone, hours } = read.values;
    await db.withTenant('app', userId, async (tx) => {
      await setProfile(tx, userId, { timeZone });
      // Every trade is told anew by hours that are set, so those that stand already are left alone.
      if (hours !== 'own' && presetOf(await sessionWindows(tx, userId)) !== hours)
        await setSessionWindows(tx, userId, hourPresets[hours]);
      await reachStep(tx, userId, 3);
    });
    return reply.redirect('/welcome?step=3', 303);
  });

  app.post('/welcome/end', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    await db.withTenant('app', userId, (tx) => endWelcome(tx, userId, clock.now()));
    const key = textIn(request.body, 'how') === 'done' ? 'welcome-done' : 'welcome-left';
    return sayNext(reply, cookies, key).redirect('/dashboard', 303);
  });
}
