import t from 'tap';
import { refusedSettings as refusal, settingsOf as read } from '../testing/settings.js';

const MAIL_FROM = 'RawJournal <journal@example.org>';
const from = { name: 'RawJournal', address: 'journal@example.org' };

void t.test('SMTP_URL says where letters go, and how safely', (t) => {
  const of = (SMTP_URL: string) => read({ SMTP_URL, MAIL_FROM }).mail;
  t.same(of('smtp://anna%40example.org@smtp.example.org'), {
    smtp: { host: 'smtp.example.org', port: 587, security: 'starttls', user: 'anna@example.org', from },
    password: null,
    passwordFile: null,
  });
  t.match(of('smtps://u:p%40ss@smtp.example.org/'), {
    smtp: { port: 465, security: 'tls' },
    password: 'p@ss',
  });
  t.match(of('smtps://smtp.example.org:2465'), { smtp: { port: 2465, user: null } });
  for (const host of ['127.0.0.1', 'localhost', '[::1]'])
    t.match(
      of(`smtp://${host}:25`),
      { smtp: { security: 'none', port: 25 } },
      'a relay on this machine itself',
    );
  t.match(of('smtp://10.0.0.5'), { smtp: { security: 'starttls' } }, 'and nowhere else');
  t.match(read({ SMTP_URL: 'smtp://h.example', MAIL_FROM, SMTP_PASSWORD_FILE: '/run/secrets/smtp' }).mail, {
    passwordFile: '/run/secrets/smtp',
  });
  t.end();
});

void t.test('MAIL_FROM is an address, with a name or without', (t) => {
  const of = (MAIL_FROM: string) => read({ SMTP_URL: 'smtp://h.example', MAIL_FROM }).mail?.smtp.from;
  t.same(of('journal@example.org'), from);
  t.same(of(' "Our journal" <j@example.org> '), { name: 'Our journal', address: 'j@example.org' });
  for (const wrong of ['journal', 'a@b, c@d', 'a b@c', '<>', 'x <y>', 'X\r\nBcc: z@z <a@b>'])
    t.match(refusal({ SMTP_URL: 'smtp://h.example', MAIL_FROM: wrong }), /^MAIL_FROM is/, wrong);
  t.match(refusal({ SMTP_URL: 'smtp://h.example' }), /SMTP_URL is set.*set MAIL_FROM/);
  t.equal(read({ MAIL_FROM: 'anything' }).mail, null, 'without a server it is of no matter');
  t.end();
});

void t.test('an SMTP_URL that cannot be used is named, and nothing of it repeated', (t) => {
  const wrong = [
    'http://u:canary@h',
    'smtp://',
    'canary',
    'smtp://u:canary@h/path',
    'smtp://u:%canary@h',
    'smtp://h?canary=1',
  ];
  for (const SMTP_URL of wrong) {
    const sentence = refusal({ SMTP_URL, MAIL_FROM });
    t.match(sentence, /^SMTP_URL is "…"/, SMTP_URL);
    t.notMatch(sentence, 'canary');
  }
  t.match(refusal({ SMTP_URL: 'smtp://h', MAIL_FROM, SMTP_PASSWORD_FILE: 'x' }), /^SMTP_PASSWORD_FILE/);
  t.end();
});
