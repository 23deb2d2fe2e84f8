import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Post } from '../../alarms/post.js';
import { isBotToken, isChat } from '../../alarms/telegram.js';
import type { AlarmWatch } from '../../alarms/watch.js';
import { nameField, readForm, textField } from '../../web/form.js';
import { visitorOf, type Kit, type Visitor } from '../../web/kit.js';
import { countTry } from '../../web/too-many.js';
import { currentView, guideView, waysView, type WaysAsked } from './alarm-view.js';

export interface AlarmDesk {
  watch: Pick<AlarmWatch, 'current' | 'lastMessages' | 'test'>;
  post: Pick<Post, 'ways' | 'channels' | 'setWebhook' | 'setTelegram' | 'clearTelegram'>;
}

const config = { access: 'admin' } as const;
const shownMessages = 20;

const webhookForm = z.object({ webhook: nameField(2_000) });
const telegramForm = z.object({
  chat: nameField(40).refine(isChat, {
    error: 'A chat is a number such as -1001234567890, or the name of a channel such as @alarms.',
  }),
  botSecret: textField(200)
    .refine((token) => token === '' || isBotToken(token), {
      error: 'A token of a bot looks like 123456789:AAE… and comes from @BotFather.',
    })
    .default(''),
});

const unwritable =
  'The folder of credentials cannot be written from here. Put the token into its file telegram_bot_token by hand.';

const current = async ({ watch }: AlarmDesk, { timeZone }: Visitor) =>
  currentView(await watch.current(), await watch.lastMessages(shownMessages), timeZone);

/** What is amiss, where it is told, and what to do about it. */
export function alarmRoutes(app: FastifyInstance, { page, region, limiter }: Kit, desk: AlarmDesk): void {
  const { watch, post } = desk;
  const show = async (request: FastifyRequest, reply: FastifyReply, asked: WaysAsked = {}) => {
    const status = asked.refused === undefined ? 200 : 422;
    return region(request, reply, { view: 'admin/_ways', status }, waysView(await post.ways(), asked));
  };

  app.get('/admin/alarms', { config }, async (request, reply) => {
    const now = await current(desk, visitorOf(request));
    const view = { view: 'admin/alarms', title: 'Alarms', section: 'admin' };
    return page(request, reply, view, { tab: 'alarms', ...now, ...waysView(await post.ways()) });
  });
  app.get('/admin/alarms/current', { config }, async (request, reply) =>
    region(request, reply, { view: 'admin/_alarms' }, await current(desk, visitorOf(request))),
  );
  app.get('/admin/alarms/ways', { config }, async (request, reply) => show(request, reply));
  app.get('/admin/alarms/guide', { config }, async (request, reply) =>
    page(
      request,
      reply,
      { view: 'admin/guide', title: 'Guide of alarms and the status', section: 'admin' },
      guideView(),
    ),
  );

  app.post('/admin/alarms/webhook', { config }, async (request, reply) => {
    const read = readForm(webhookForm, request.body);
    if (!read.ok) return show(request, reply, { refused: read });
    const reason = await post.setWebhook(read.values.webhook);
    if (reason === null) return show(request, reply);
    return show(request, reply, { refused: { errors: { webhook: reason }, typed: read.typed } });
  });
  app.post('/admin/alarms/webhook/removal', { config }, async (request, reply) => {
    await post.setWebhook(null);
    return show(request, reply);
  });

  app.post('/admin/alarms/telegram', { config }, async (request, reply) => {
    const read = readForm(telegramForm, request.body);
    if (!read.ok) return show(request, reply, { refused: read });
    const refuse = (botSecret: string) =>
      show(request, reply, { refused: { errors: { botSecret }, typed: read.typed } });
    const { chat, botSecret } = read.values;
    if (botSecret === '' && !(await post.ways()).hasToken) return refuse('Please fill this in.');
    const isSet = await post.setTelegram({ chat, token: botSecret === '' ? null : botSecret });
    return isSet ? show(request, reply) : refuse(unwritable);
  });
  app.post('/admin/alarms/telegram/removal', { config }, async (request, reply) => {
    await post.clearTelegram();
    return show(request, reply);
  });

  app.post('/admin/alarms/tests', { config }, async (request, reply) => {
    // Each try tells whether a host answers: nobody is to find out much by trying.
    await countTry(limiter, 'alarmTestByUser', visitorOf(request).userId);
    return show(request, reply, { tested: await watch.test() });
  });
}
