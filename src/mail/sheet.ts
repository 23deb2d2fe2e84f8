import { createHash } from 'node:crypto';
import type { Content } from './contents.js';

/** The styles of a letter, whole: readers that block pictures and links show it as it is. No quotes: they would be escaped. */
const letterStyle = `
:root { color-scheme: light dark; }
body { margin: 0; padding: 24px 12px; background: #f4f5f7; color: #1c2128; font: 16px/1.5 -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif; }
.sheet { max-width: 560px; margin: 0 auto; padding: 24px; background: #ffffff; border: 1px solid #d9dde3; border-radius: 8px; }
.brand { margin: 0 0 20px; font-size: 14px; font-weight: 600; color: #5a6472; }
h1 { margin: 0 0 12px; font-size: 20px; line-height: 1.3; }
h2 { margin: 20px 0 6px; font-size: 14px; }
p { margin: 0 0 12px; overflow-wrap: anywhere; }
.action { margin: 20px 0; }
.action a { display: inline-block; padding: 10px 18px; border-radius: 6px; background: #0b5cad; color: #ffffff; font-weight: 600; text-decoration: none; }
.link, .note { font-size: 13px; color: #5a6472; }
.link a { color: inherit; }
table { width: 100%; border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 8px 6px 0; border-bottom: 1px solid #d9dde3; text-align: right; vertical-align: top; }
th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere; }
th { font-weight: 600; color: #5a6472; }
@media (prefers-color-scheme: dark) {
  body { background: #0c0e11; color: #e4e7eb; }
  .sheet { background: #14171b; border-color: #2a2f37; }
  .brand, .link, .note, th { color: #9aa4b1; }
  .action a { background: #7db7f5; color: #08111b; }
  th, td { border-color: #2a2f37; }
}
`;

/** What a browser is told of a letter's HTML: it has this one style sheet, and can do nothing. */
export const sheetPolicy = [
  'sandbox',
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(letterStyle).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A letter that is ready to leave. */
export interface Written {
  subject: string;
  text: string;
  html: string;
}

/** Sets the words of a letter both ways, by `views/letters`. */
export const setLetter = (draw: (view: string, data: object) => string, content: Content): Written => {
  const data = { ...content, style: letterStyle };
  return {
    subject: content.subject,
    text: `${draw('letters/text', data).trim()}\n`,
    html: draw('letters/html', data),
  };
};
