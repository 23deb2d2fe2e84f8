import type { Row } from '../rows.js';
import { headingColumns, headingKey } from './heading-key.js';
import { type TradeField, tradeFields } from './trade-field.js';

/** Headings that mean a field, in the languages of those who trade most; the likelier ones first. */
const words: Record<TradeField, string> = {
  id: 'positionid position ticket dealid tradeid id order orderid number nr no billet ticketnummer numero номер тикет 订单号 チケット',
  symbol:
    'symbol instrument item market ticker pair asset contract contractname symbole symbool símbolo simbolo symbolu instrumento ' +
    'instrumentname ativo wertpapier basiswert basiswertname sembol инструмент символ 品种 交易品种 商品 銘柄 通貨ペア 종목',
  side:
    'side direction type action buysell bs longshort openingdirection marketpos position·2 sens richtung seite typ art kaufverkauf tipo ' +
    'dirección direzione lado operação operación operazione kierunek yön tür тип направление 类型 方向 タイプ 売買 매매',
  volume:
    'volume lots lot size quantity qty amount units contracts volumen taille quantité lote lotes tamaño tamanho dimensione ' +
    'menge größe lotgröße losgröße wielkość hacim объем объём лот 交易量 手数 数量 取引量 ロット 수량',
  openedAt:
    'opentime opendate openedat opened opendatetime entrytime entrydate entrydatetime enteredat openingtime open time date ouverture ' +
    'heuredouverture dateouverture ouvrir eröffnung eröffnungszeit öffnungszeit eröffnet einstiegszeit kaufdatum apertura horaapertura ' +
    'fechaapertura abertura horaabertura dataapertura otwarcie czasotwarcia açılış времяоткрытия открытие датаоткрытия 开仓时间 開倉時間 ' +
    'オープン時間 約定日時 진입시간 heure zeit hora',
  openPrice:
    'openprice entryprice priceopen entry openingprice price avgentryprice prixouverture prixdouverture prixdentrée prix eröffnungskurs ' +
    'eröffnungspreis einstiegskurs einstiegspreis kurs preis precioapertura preciodeapertura preçoabertura precio preço prezzoapertura ' +
    'prezzo cenaotwarcia cena açılışfiyatı ценаоткрытия цена 开仓价 开仓价格 価格 始値 진입가',
  closedAt:
    'closetime closedate closedat closed closedatetime exittime exitdate exitdatetime exitedat closingtime close time·2 fermeture ' +
    'heuredefermeture datefermeture clôture schließung schließzeit geschlossen ausstiegszeit schlusszeit verkaufsdatum cierre horacierre ' +
    'fechacierre fechamento horafechamento chiusura datachiusura zamknięcie czaszamknięcia kapanış времязакрытия закрытие датазакрытия ' +
    '平仓时间 クローズ時間 決済日時 청산시간 heure·2 zeit·2 hora·2',
  closePrice:
    'closeprice exitprice priceclose exit closingprice price·2 avgexitprice prixfermeture prixdefermeture prixdesortie prix·2 schlusskurs ' +
    'schließkurs schließpreis ausstiegskurs ausstiegspreis kurs·2 preis·2 preciocierre preciodecierre preçofechamento precio·2 preço·2 ' +
    'prezzochiusura prezzo·2 cenazamknięcia cena·2 kapanışfiyatı ценазакрытия цена·2 平仓价 平仓价格 価格·2 決済価格 청산가',
  stopLoss: 'stoploss sl stop stopprice initialstop stoplossprice стоплосс 止损 損切り',
  takeProfit: 'takeprofit tp target limit targetprice profittarget objectif kursziel тейкпрофит 止盈 利確',
  commission:
    'commission commissions comm kommission provision comisión comissão corretagem commissione prowizja komisyon комиссия 手续费 手数料 수수료',
  swap: 'swap swaps rollover financing overnight storage своп 隔夜利息 库存费 スワップ 스왑',
  fee: 'fee fees taxes tax exchangefee frais gebühr gebühren steuern tasas tarifa tasse opłata сбор налог 费用 税',
  profit:
    'grossprofit grosspnl gross profit pnl profitloss result resultat résultat gewinn ergebnis beneficio ganancia lucro profitto zysk ' +
    'kar прибыль 盈亏 利润 获利 損益 利益 손익',
  net: 'netprofit netpnl net nettoprofit netto nettogewinn nettoergebnis profitnet bénéficenet beneficioneto lucrolíquido profittonetto чистаяприбыль 净利润 純損益',
  comment:
    'comment comments note notes remark label kommentar commentaire comentario comentário commento komentarz yorum комментарий 注释 コメント',
  magic: 'magic magicnumber expertid eaid magischezahl магик',
};

const keys = new Map(
  tradeFields.map((field) => [field, words[field].split(/\s+/).map((word) => keyOfWord(word))] as const),
);

/** The number of a heading that comes again is no part of what it says. */
function keyOfWord(word: string): string {
  const [said = '', times] = word.split('·');
  return times === undefined ? headingKey(said) : `${headingKey(said)}·${times}`;
}

export interface Proposal {
  heading: Row;
  columns: Map<TradeField, number>;
}

const proposedIn = (heading: Row): Proposal => {
  const headings = headingColumns(heading);
  const columns = new Map<TradeField, number>();
  const taken = new Set<number>();
  for (const [field, known] of keys) {
    const column = known
      .map((key) => headings.get(key))
      .find((column) => column !== undefined && !taken.has(column));
    if (column === undefined) continue;
    taken.add(column);
    columns.set(field, column);
  }
  return { heading, columns };
};

/** The row of the first ones that names most fields, and which; null: none names three of them. */
export const proposalOf = (head: readonly Row[]): Proposal | null => {
  const proposals = head.filter(({ number }) => number > 0).map(proposedIn);
  const best = proposals.reduce<Proposal | null>(
    (best, one) => (one.columns.size > (best?.columns.size ?? 2) ? one : best),
    null,
  );
  return best;
};

const letters = (column: number): string => {
  const rest = Math.floor(column / 26);
  return (rest === 0 ? '' : letters(rest - 1)) + String.fromCharCode(65 + (column % 26));
};

/**
 * Which column holds what, as far as headings in a dozen languages tell: the heading of each field, or its column's
 * letter where several are called the same.
 */
export const proposedMapping = (head: readonly Row[]): Record<string, string> => {
  const proposal = proposalOf(head);
  if (proposal === null) return {};
  const { heading, columns } = proposal;
  const named = ([field, column]: [TradeField, number]): [string, string] => {
    const text = heading.cells.find((cell) => cell.column === column)?.text ?? '';
    const isAlone = heading.cells.filter((cell) => cell.text === text).length === 1;
    // A heading that reads as a letter of a column would be taken for one.
    return [field, isAlone && !/^[A-Za-z]{1,2}$/.test(text) ? text : letters(column)];
  };
  return Object.fromEntries([...columns].map(named));
};
