import t from 'tap';
import { marketName, marketSince, marketWords } from './market-words.js';

const setAt = new Date('2026-03-02T09:00:00Z');
const toldAt = new Date('2026-03-02T09:01:00Z');

void t.test('only an account that is let in, or not asked for yet, leaves nothing to do', async (t) => {
  t.match(marketWords({ state: 'accepted', reason: '' }), { level: 'green', word: 'accepted', fix: null });
  t.match(marketWords({ state: 'set', reason: '' }), { level: 'green', word: 'set', fix: null });
  t.match(marketWords({ state: 'set', reason: 'Nobody answers.' }), {
    ...{ level: 'amber', word: 'not let in', detail: 'Nobody answers.', fix: /by itself/ },
  });
  t.match(marketWords({ state: 'refused', reason: 'Twice.' }), {
    ...{ level: 'amber', word: 'refused', detail: 'Twice.' },
    fix: /^Demo accounts expire: open another one and run: rawjournal market-account set /,
  });
  t.match(marketWords(null), {
    level: 'amber',
    detail: /charts say so/,
    fix: /rawjournal market-account set /,
  });
});

void t.test('an account is named without its whole login, and stands since the broker spoke', async (t) => {
  const row = { server: 'Example-Demo', login: '5100777', state: 'set', reason: '', rejections: 0 } as const;
  t.equal(marketName(row), '…777 at Example-Demo');
  t.equal(marketSince({ ...row, set_at: setAt, told_at: null }), setAt);
  t.equal(marketSince({ ...row, set_at: setAt, told_at: toldAt }), toldAt);
});
