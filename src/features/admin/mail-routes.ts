import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { listedLetter, listLetters, type ListedLetter } from '../../data/all-letters.js';
import { letterNamed, queueLetter, sendAgain } from '../../data/letters.js';
import { notFound } from '../../lib/fault.js';
import type { MailRoom } from '../../mail/room.js';
import { sheetPolicy } from '../../mail/sheet.js';
import { formIdField, idField, readForm } from '../../web/form.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { countTry } from '../../web/too-many.js';
import { sampleLinks, sampleOf } from './mail-samples.js';
import { letterView, mailView, type Looker, type Told } from './mail-view.js';

export interface MailDesk {
  room: Pick<MailRoom, 'isSetUp' | 'sendDue' | 'read' | 'written'>;
  /** such as `smtp.example.org:587 (STARTTLS)`; null: none is set up */
  mailServer: string | null;
}

const config = { access: 'admin' } as const;
const shown = 100;
const testForm = z.object({ formId: formIdField });
type Id = { Params: { id: string } };

/** A letter's own page: whatever is in it, it can do nothing. */
const asSheet = (reply: FastifyReply, html: string): FastifyReply =>
  reply
    .headers({ 'content-security-policy': sheetPolicy, 'cross-origin-opener-policy': 'unsafe-none' })
    .type('text/html; charset=utf-8')
    .send(html);

const lookerOf = (request: FastifyRequest, { clock }: Kit, { room }: MailDesk): Looker => ({
  ...{ now: clock.now(), timeZone: visitorOf(request).timeZone, isSetUp: room.isSetUp },
});

/** The list as it is now, below what has just been done. */
const listOf = async (request: FastifyRequest, kit: Kit, desk: MailDesk, told: Told | null = null) =>
  mailView(await listLetters(kit.db, shown), lookerOf(request, kit, desk), { server: desk.mailServer, told });

/** One letter: what it says where that is anybody's, and another try. */
function letterRoutes(app: FastifyInstance, kit: Kit, desk: MailDesk): void {
  const { db, clock, page, region } = kit;
  const { room } = desk;
  const found = async ({ params }: FastifyRequest<Id>): Promise<ListedLetter> => {
    const id = idField.safeParse(params.id);
    const letter = id.success ? await listedLetter(db, id.data) : undefined;
    if (letter === undefined) throw notFound();
    return letter;
  };

  app.get<Id>('/admin/mail/letters/:id', { config }, async (request, reply) => {
    const letter = await found(request);
    const view = { view: 'admin/letter', title: 'Letter', section: 'admin' };
    const looker = lookerOf(request, kit, desk);
    return page(request, reply, view, letterView(letter, await room.read(letter), looker));
  });
  app.get<Id>('/admin/mail/letters/:id/html', { config }, async (request, reply) => {
    const written = await room.read(await found(request));
    if (written === null) throw notFound();
    return asSheet(reply, written.html);
  });
  app.post<Id>('/admin/mail/letters/:id/tries', { config }, async (request, reply) => {
    const { user_id: userId, id } = await found(request);
    const isDue = await db.withTenant('app', userId, (tx) => sendAgain(tx, { userId, id }, clock.now()));
    if (isDue) kit.mail.wake();
    const told: Told = isDue
      ? { kind: 'info', text: 'It is tried again now.' }
      : {
          kind: 'bad',
          text: 'It cannot be sent again: it has left, is being sent, or is of no use any more.',
        };
    return region(request, reply, { view: 'admin/_mail' }, await listOf(request, kit, desk, told));
  });
  app.get<Id>('/admin/mail/samples/:id', { config }, async (request, reply) => {
    const sample = sampleOf(request.params.id);
    if (sample === null) throw notFound();
    return asSheet(reply, room.written(visitorOf(request).userId, sample).html);
  });
}

/** Letters that wait, left, or did not, and a letter to try the mail server with. */
export function mailRoutes(app: FastifyInstance, kit: Kit, desk: MailDesk): void {
  const { db, clock, page, region, limiter } = kit;
  const show = async (request: FastifyRequest, reply: FastifyReply, told: Told | null = null) =>
    region(request, reply, { view: 'admin/_mail' }, await listOf(request, kit, desk, told));

  app.get('/admin/mail', { config }, async (request, reply) => {
    const view = { view: 'admin/mail', title: 'Mail', section: 'admin' };
    const list = await listOf(request, kit, desk);
    return page(request, reply, view, { tab: 'mail', samples: sampleLinks(), ...list });
  });
  app.get('/admin/mail/list', { config }, async (request, reply) => show(request, reply));
  letterRoutes(app, kit, desk);

  app.post('/admin/mail/tests', { config }, async (request, reply) => {
    const { userId, email } = visitorOf(request);
    const read = readForm(testForm, request.body);
    if (!read.ok) return show(request, reply, { kind: 'bad', text: read.errors['formId'] ?? '' });
    // Each try tells whether a server answers: nobody is to find out much by trying.
    await countTry(limiter, 'alarmTestByUser', userId);
    const once = `test ${read.values.formId}`;
    const at = clock.now();
    await db.withTenant('app', userId, (tx) =>
      queueLetter(tx, { userId, kind: 'test', facts: {}, once, at }),
    );
    await desk.room.sendDue();
    const letter = await db.withTenant('app', userId, (tx) => letterNamed(tx, userId, once));
    const isSent = letter?.state === 'sent';
    const answer = letter?.answer === undefined || letter.answer === '' ? 'It waits.' : letter.answer;
    return show(request, reply, { kind: isSent ? 'good' : 'bad', text: `To ${email}: ${answer}` });
  });
}
