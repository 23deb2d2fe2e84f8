import type { BrokerClock } from '../data/brokers.js';

/** A rule of a server's clock in words: 'UTC+3', 'New York + 7 h', 'Europe/Athens'. */
function ruleWords(rule: string): string {
  if (rule === 'ny+7') return 'New York + 7 h';
  if (!rule.startsWith('fixed:')) return rule;
  const hours = Number(rule.slice('fixed:'.length)) / 3_600;
  if (hours === 0) return 'UTC';
  return `UTC${hours < 0 ? '\u2212' : '+'}${Math.abs(hours)}`;
}

/** What a broker's clock is known to be, and whether times derived from it may be wrong. */
export function clockWords({ rule, state }: BrokerClock): { text: string; isSure: boolean } {
  const words = ruleWords(rule);
  if (state === 'measured') return { text: `The broker\u2019s clock runs on ${words}.`, isSure: true };
  if (state === 'contradicted')
    return {
      text: `The broker\u2019s clock follows no rule that is known here; times are told as if it ran on ${words}, and may be off by hours.`,
      isSure: false,
    };
  return {
    text: `The broker\u2019s clock is assumed to run on ${words}: no moving price has confirmed it yet, and times may be off by hours.`,
    isSure: false,
  };
}

const usual = ['ny+7', 'Europe/Athens', 'fixed:0', 'Europe/London', 'fixed:7200', 'fixed:10800'];

/** Clocks to choose from, the one chosen and the person's own among them. */
export const clockChoices = (chosen: string, timeZone: string): { value: string; label: string }[] => {
  const own = timeZone.includes('/') ? [timeZone] : [];
  return [...new Set([chosen, ...usual, ...own])].map((rule) => ({ value: rule, label: ruleWords(rule) }));
};
