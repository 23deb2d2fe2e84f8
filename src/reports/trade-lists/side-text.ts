const buys =
  'b buy bought long l achat acheter acheteur kauf kaufen gekauft compra comprar comprada compro acquisto kupno kup koop ' +
  'alis alım al покупка купить 买入 買入 买 買い 買 多 做多 매수';
const sells =
  's sell sold short vente vendre vendeur verkauf verkaufen verkauft venta vender venda vendida vendita sprzedaz sprzedaż ' +
  'verkoop satis satım sat продажа продать 卖出 賣出 卖 売り 売 空 做空 매도';

const sides: ReadonlyMap<string, 'buy' | 'sell'> = new Map([
  ...buys.split(' ').map((word) => [word, 'buy'] as const),
  ...sells.split(' ').map((word) => [word, 'sell'] as const),
]);

const plain = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC').trim().toLowerCase();

/** A side by its word in any of a dozen languages: Buy, LONG, Achat, kaufen, "buy market". Null: no such word. */
export const sideOfText = (text: string): 'buy' | 'sell' | null => {
  const word = plain(text);
  const known = sides.get(word) ?? sides.get(text.trim().toLowerCase());
  if (known !== undefined) return known;
  const market = /^(\p{L}+)(?: market)$/u.exec(word)?.[1];
  return market === undefined ? null : (sides.get(market) ?? null);
};

const isDeposit = /^(deposit|einzahlung|depot|deposito|entrada|ввод|пополнение|入金)/;
const isWithdrawal = /^(withdraw|auszahlung|retrait|retiro|saque|prelievo|вывод|снятие|出金)/;
const isCredit = /^(credit|kredit|кредит)/;
const isOther = /^(balance|bonus|adjust|correction|solde|saldo|баланс|余额)/;

export interface CashWord {
  isWithdrawal: boolean;
  isCredit: boolean;
}

/** What came or went beside trading, by its word: Deposit, Withdrawal, balance, credit. Null: no such word. */
export const cashOfText = (text: string): CashWord | null => {
  const word = plain(text);
  const found = { isWithdrawal: isWithdrawal.test(word), isCredit: isCredit.test(word) };
  return found.isWithdrawal || found.isCredit || isDeposit.test(word) || isOther.test(word) ? found : null;
};

/** An order that waits for its price is no trade: "buy limit", "Sell Stop". */
export const isPending = (text: string): boolean => /\b(limit|stop)\b/.test(plain(text));
