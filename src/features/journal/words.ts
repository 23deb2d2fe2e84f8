import type { EntryKind } from './filter.js';

const kindWords: Readonly<Record<EntryKind, string>> = {
  trades: 'Of trades',
  missed: 'Missed trades',
  days: 'Of days and reviews',
  gone: 'Whose trade is gone',
};

export const kindWord = (kind: EntryKind): string => kindWords[kind];

export const planWord = (isKept: boolean): string => (isKept ? 'Plan kept' : 'Plan not kept');

export const qualityWord = (quality: number): string => `Setup ${quality} of 5`;
