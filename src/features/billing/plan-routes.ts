import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Billing } from '../../billing/desk.js';
import type { Bought } from '../../billing/buying.js';
import { periods } from '../../domain/plans.js';
import { Fault, notFound } from '../../lib/fault.js';
import { formIdField, nameField, readForm } from '../../web/form.js';
import { sayNext, type FlashKey } from '../../web/flash.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { countTry } from '../../web/too-many.js';
import { planView, readPlan } from './plan-view.js';

const config = { access: 'user' } as const;
const path = '/settings/plan';

const choiceForm = z.object({
  plan: nameField(40),
  period: z.enum(periods, { error: 'Choose by the month or by the year.' }),
  formId: formIdField,
});

function boughtIn(body: unknown): Bought {
  const read = readForm(choiceForm, body);
  if (!read.ok)
    throw new Fault(422, 'invalid', Object.values(read.errors)[0] ?? 'Choose a plan from the list.');
  return read.values;
}

/** Whether somebody comes back from the page on which they paid. */
const hasPaid = ({ query }: FastifyRequest): boolean =>
  typeof query === 'object' && query !== null && 'back' in query && query.back === 'paid';

type Work = (desk: Billing, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;
type Show = (request: FastifyRequest, reply: FastifyReply, problem?: Fault) => Promise<FastifyReply>;

/** Throws a Fault 404 where nothing is sold. */
const sold = (billing: Billing | null): Billing => {
  if (billing === null) throw notFound();
  return billing;
};

const statusOf = ({ status }: Fault): number => (status === 503 ? 503 : 422);

/** A person's own plan: what it is, what is used of it, buying, changing, cancelling. */
export function planRoutes(app: FastifyInstance, kit: Kit, billing: Billing | null): void {
  const { db, clock, page, region, limiter } = kit;

  const viewOf = (request: FastifyRequest) => {
    const { userId, timeZone } = visitorOf(request);
    const desk = sold(billing);
    return db.withTenant('app', userId, async (tx) =>
      planView(desk, await readPlan(tx, desk, { userId, timeZone, now: clock.now() })),
    );
  };
  const show: Show = async (request, reply, problem) =>
    page(
      request,
      reply,
      {
        view: 'billing/plan',
        title: 'Plan',
        section: 'settings',
        status: problem === undefined ? 200 : statusOf(problem),
      },
      { tab: 'plan', plan: await viewOf(request), problem: problem?.message ?? '' },
    );

  app.get(path, { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    // Whoever has just paid wants to see it, whether or not the message is here yet.
    if (hasPaid(request) && (await limiter.take('checkoutByUser', `${userId} is back`)).allowed)
      await sold(billing)
        .look(userId)
        .catch(() => undefined);
    return show(request, reply);
  });
  app.get(`${path}/standing`, { config }, async (request, reply) =>
    region(request, reply, { view: 'billing/_plan' }, { plan: await viewOf(request) }),
  );
  actionRoutes(app, kit, { billing, show });
}

/** What the payment service has a part in: what it refuses stands on the page of the plan. */
function actionRoutes(
  app: FastifyInstance,
  { page, cookies, limiter }: Kit,
  { billing, show }: { billing: Billing | null; show: Show },
): void {
  const act = (name: string, work: Work): void => {
    app.post(`${path}/${name}`, { config }, async (request, reply) => {
      const desk = sold(billing);
      await countTry(limiter, 'checkoutByUser', visitorOf(request).userId);
      try {
        return await work(desk, request, reply);
      } catch (error) {
        if (!(error instanceof Fault) || error.status === 404) throw error;
        if (error.status === 503) request.log.warn({ err: error.cause }, error.message);
        return show(request, reply, error);
      }
    });
  };
  /** Forms may not lead to another origin, so a page of ours does. */
  const leave = (request: FastifyRequest, reply: FastifyReply, url: string): Promise<FastifyReply> =>
    page(
      request,
      reply.header('refresh', `0;url=${url}`),
      { view: 'billing/leave', title: 'On to the payment service' },
      { url },
    );
  const back = (reply: FastifyReply, say: FlashKey): FastifyReply =>
    sayNext(reply, cookies, say).redirect(path, 303);

  act('checkouts', async (desk, request, reply) =>
    leave(request, reply, await desk.checkout(visitorOf(request), boughtIn(request.body))),
  );
  act('portal-visits', async (desk, request, reply) =>
    leave(request, reply, await desk.portal(visitorOf(request).userId)),
  );
  act('changes', async (desk, request, reply) => {
    await desk.change(visitorOf(request).userId, boughtIn(request.body));
    return back(reply, 'plan-changed');
  });
  act('cancellation', async (desk, request, reply) => {
    await desk.cancel(visitorOf(request).userId);
    return back(reply, 'plan-cancelled');
  });
  act('resumption', async (desk, request, reply) => {
    await desk.resume(visitorOf(request).userId);
    return back(reply, 'plan-resumed');
  });
}
