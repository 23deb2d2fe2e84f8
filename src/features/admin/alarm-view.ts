import { titleOf, type Outcome } from '../../alarms/message.js';
import type { AlarmMessage, currentAlarms } from '../../data/alarms.js';
import type { Channel } from '../../data/schema-watch.js';
import { failedAdvice, guide, type Advice } from '../../alarms/guide.js';
import { statusAnchor, statusGuide } from '../../alarms/status-guide.js';
import type { Typed } from '../../web/form.js';
import { when } from '../../web/words.js';

const names: Readonly<Record<Channel, string>> = { webhook: 'Webhook', telegram: 'Telegram', mail: 'Mail' };

function fateOf({ done_at: doneAt, is_delivered: isDelivered, tries }: AlarmMessage) {
  if (isDelivered) return { text: 'delivered', tone: 'good' };
  if (doneAt !== null) return { text: 'given up', tone: 'bad' };
  return tries === 0 ? { text: 'waits', tone: 'plain' } : { text: `tried ${tries} ×`, tone: 'warn' };
}

/** Alarms that are on, and the last messages. */
export const currentView = (
  alarms: Awaited<ReturnType<typeof currentAlarms>>,
  messages: readonly AlarmMessage[],
  timeZone: string,
) => ({
  alarms: alarms.map(({ kind, subject, says, begun_at: begun, told_at: told }) => ({
    title: `${guide[kind].title}${subject === '' ? '' : ` (${subject})`}`,
    says,
    href: `/admin/alarms/guide#${kind}`,
    since: when(begun, timeZone),
    told: when(told, timeZone),
  })),
  messages: messages.map((message) => ({
    at: when(message.created_at, timeZone),
    channel: names[message.channel],
    title: titleOf(message.kind, message.telling),
    says: message.says,
    fate: fateOf(message),
    answer: message.answer === '' ? null : message.answer,
  })),
});

export interface WaysAsked {
  refused?: { errors: Readonly<Record<string, string>>; typed: Typed };
  tested?: readonly (Outcome & { channel: Channel })[];
}

export interface WaysFacts {
  webhookHost: string;
  telegramChat: string;
  hasToken: boolean;
  sendsMail: boolean;
}

/** The ways by which alarms leave; of secrets only that they are there. */
export const waysView = (ways: WaysFacts, { refused, tested }: WaysAsked = {}) => ({
  ways: {
    webhook: ways.webhookHost === '' ? null : ways.webhookHost,
    hasToken: ways.hasToken,
    isTelegramSet: ways.telegramChat !== '' && ways.hasToken,
    sendsMail: ways.sendsMail,
    typed: {
      webhook: refused?.typed['webhook'] ?? '',
      chat: refused?.typed['chat'] ?? ways.telegramChat,
    },
    errors: refused?.errors ?? {},
    tested:
      tested?.map(({ channel, isTaken, says }) => ({
        kind: isTaken ? 'good' : 'bad',
        title: `${names[channel]}:`,
        says,
      })) ?? null,
  },
});

const told = (anchor: string, { title, means, todo }: Advice) => ({ anchor, title, means, todo });

/** Every alarm and every line of the status with what it means and what to do. */
export const guideView = () => ({
  alarms: [
    ...Object.entries(guide).map(([kind, advice]) => told(kind, advice)),
    told('failed', failedAdvice),
  ],
  lines: Object.entries(statusGuide).map(([name, advice]) => told(statusAnchor(name), advice)),
});
