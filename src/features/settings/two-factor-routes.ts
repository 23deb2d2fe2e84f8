import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { recordActivity } from '../../data/audit.js';
import type { Tx } from '../../data/database.js';
import {
  confirmTwoFactor,
  proposeSecret,
  removeTwoFactor,
  replaceRecoveryCodes,
} from '../../data/two-factor.js';
import { closeSessions } from '../../data/sessions.js';
import type { Occasion } from '../../domain/activity.js';
import { passwordField, readForm } from '../../web/form.js';
import { ownersHash } from '../../web/owner.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { occasionOf } from '../../web/occasion.js';
import { newFactor, newRecoveryCodes, passFactor, recoveryHash } from '../../web/second-factor.js';
import { countTry } from '../../web/too-many.js';
import { factorRegion, type FactorRegion } from './two-factor-view.js';

const digits = 'Type the six digits your app shows now.';
const confirmForm = z.object({ code: z.string({ error: digits }).trim().min(6, { error: digits }).max(20) });
const ownerForm = z.object({ password: passwordField });

type Errors = Record<string, string>;

/** How this region answers, and how it makes sure of its owner. */
function factorAnswers(kit: Kit) {
  const { db, region } = kit;
  const answer = (request: FastifyRequest, reply: FastifyReply, factor: FactorRegion) => {
    const status = Object.keys(factor.errors).length > 0 ? 422 : 200;
    return region(request, reply, { view: 'settings/_two-factor', status }, { factor });
  };
  const show = async (request: FastifyRequest, reply: FastifyReply, errors: Errors) => {
    const visitor = visitorOf(request);
    const factor = await db.withTenant('app', visitor.userId, (tx) =>
      factorRegion(tx, kit, visitor, { errors }),
    );
    return answer(request, reply, factor);
  };
  /** Null when the owner's password was given; else the sentence beside the field. */
  const doubt = async (request: FastifyRequest): Promise<Errors | null> => {
    const { userId } = visitorOf(request);
    const read = readForm(ownerForm, request.body);
    if (!read.ok) return read.errors;
    const hash = await ownersHash(kit, userId, read.values.password);
    return hash === null ? { password: 'This is not your password.' } : null;
  };
  return { answer, show, doubt };
}

async function turnOff(tx: Tx, userId: string, occasion: Occasion): Promise<void> {
  await removeTwoFactor(tx, userId);
  await recordActivity(tx, userId, occasion, { what: 'factor-off' });
}

/** A second step at signing in: off → a secret waits for its first code → on, with ten recovery codes. */
export function twoFactorRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, limiter, clock, random } = kit;
  const config = { access: 'user' } as const;

  const { answer, show, doubt } = factorAnswers(kit);

  app.get('/settings/security/two-factor', { config }, async (request, reply) => show(request, reply, {}));

  app.post('/settings/security/two-factor', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const errors = await doubt(request);
    if (errors !== null) return show(request, reply, errors);
    await db.withTenant('app', userId, (tx) => proposeSecret(tx, userId, newFactor(kit, userId).sealed));
    return show(request, reply, {});
  });

  app.post('/settings/security/two-factor/confirmation', { config }, async (request, reply) => {
    const visitor = visitorOf(request);
    const { userId } = visitor;
    const read = readForm(confirmForm, request.body);
    if (!read.ok) return show(request, reply, read.errors);
    await countTry(limiter, 'codeByAccount', userId);
    const factor = await db.withTenant('app', userId, async (tx) => {
      if (!(await passFactor(tx, kit, userId, { code: read.values.code, unconfirmed: true })))
        return factorRegion(tx, kit, visitor, {
          errors: { code: 'This code is not right. Take the next one.' },
        });
      const codes = newRecoveryCodes(random);
      await confirmTwoFactor(tx, userId, clock.now());
      await replaceRecoveryCodes(tx, userId, codes.map(recoveryHash));
      await closeSessions(tx, userId, visitor.doorId);
      await recordActivity(tx, userId, occasionOf(request, clock), { what: 'factor-on' });
      return factorRegion(tx, kit, visitor, { codes });
    });
    if (factor.state === 'on') await limiter.forget('codeByAccount', userId);
    return answer(request, reply, factor);
  });

  app.post('/settings/security/two-factor/recovery-codes', { config }, async (request, reply) => {
    const visitor = visitorOf(request);
    const errors = await doubt(request);
    if (errors !== null) return show(request, reply, errors);
    const codes = newRecoveryCodes(random);
    const factor = await db.withTenant('app', visitor.userId, async (tx) => {
      await replaceRecoveryCodes(tx, visitor.userId, codes.map(recoveryHash));
      await recordActivity(tx, visitor.userId, occasionOf(request, clock), { what: 'recovery-codes-made' });
      return factorRegion(tx, kit, visitor, { codes });
    });
    return answer(request, reply, factor);
  });

  app.post('/settings/security/two-factor/removal', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const errors = await doubt(request);
    if (errors !== null) return show(request, reply, errors);
    await db.withTenant('app', userId, (tx) => turnOff(tx, userId, occasionOf(request, clock)));
    return show(request, reply, {});
  });
}
