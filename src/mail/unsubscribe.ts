import { createHmac } from 'node:crypto';
import { isSameSecret } from '../lib/secret.js';

const signature = (key: string, userId: string): string =>
  createHmac('sha256', key).update(`weekly ${userId}`).digest('base64url');

/** What the link in a weekly letter says: whose it is, signed. It ends the letters and opens nothing else. */
export const weeklySecret = (key: string, userId: string): string =>
  `${Buffer.from(userId.replaceAll('-', ''), 'hex').toString('base64url')}.${signature(key, userId)}`;

/** Whose link this is; null where nobody's. */
export function weeklyReader(key: string, secret: string): string | null {
  const [who = '', signed = '', ...more] = secret.split('.');
  const hex = Buffer.from(who, 'base64url').toString('hex');
  if (hex.length !== 32 || more.length > 0) return null;
  const userId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return isSameSecret(signed, signature(key, userId)) ? userId : null;
}

/** What mail programs draw a button from: RFC 2369, and by one click RFC 8058, which wants TLS. */
export const unsubscribing = (link: string): Record<string, string> => ({
  'List-Unsubscribe': `<${link}>`,
  ...(link.startsWith('https:') ? { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : {}),
});
