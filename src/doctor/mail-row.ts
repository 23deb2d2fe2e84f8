import type { Delivery } from '../mail/postman.js';
import { failed, named, notRun, passed, type Row } from './row.js';

const name = named('mail server');

export const rowWithoutMail = (): Row =>
  notRun(name, 'no mail is set up', 'Set SMTP_URL and MAIL_FROM; until then letters stand at /admin/mail.');

/** What a mail server said to a greeting, STARTTLS and a sign-in; no letter was sent. */
export const mailRow = ({ kind, says }: Delivery): Row =>
  kind === 'accepted'
    ? passed(name, says)
    : failed(name, says, 'Compare SMTP_URL and the password with what your mail provider says.');
