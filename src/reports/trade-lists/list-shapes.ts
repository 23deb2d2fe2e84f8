import { futuresShapes } from './futures-shapes.js';
import type { ListShape } from './list-shape.js';
import { entriesWithExits } from './tradingview.js';

const myfxbook: ListShape = {
  name: 'Myfxbook',
  rules: { format: 'myfxbook', clock: 'server', usualOrder: 'mdy', areCostsPositive: false },
  needs: ['opendate', 'symbol', 'action', 'lots|unitslots|units', 'openprice', 'closedate', 'pips'],
  fields: {
    id: 'ticket',
    openedAt: 'opendate',
    closedAt: 'closedate',
    symbol: 'symbol',
    side: 'action',
    volume: 'unitslots|lots|units',
    stopLoss: 'sl',
    takeProfit: 'tp',
    openPrice: 'openprice',
    closePrice: 'closeprice',
    commission: 'commission',
    swap: 'swap',
    // Its profit is what is left after commission and swap.
    net: 'profit',
    comment: 'comment',
    magic: 'magicnumber',
  },
};

const fxblue: ListShape = {
  name: 'FX Blue',
  rules: { format: 'fxblue', clock: 'server', areCostsPositive: false },
  needs: ['type', 'ticket', 'symbol', 'lots', 'buysell', 'opentime', 'closetime', 'netprofit'],
  fields: {
    kind: 'type',
    id: 'ticket',
    symbol: 'symbol',
    volume: 'lots',
    side: 'buysell',
    openPrice: 'openprice',
    closePrice: 'closeprice',
    openedAt: 'opentime',
    closedAt: 'closetime',
    profit: 'profit',
    swap: 'swap',
    commission: 'commission',
    net: 'netprofit',
    takeProfit: 'tp',
    stopLoss: 'sl',
    magic: 'magicnumber',
    comment: 'ordercomment',
    login: 'account',
  },
};

const metatrader4: ListShape = {
  name: 'MetaTrader 4',
  rules: { format: 'mt4-statement', clock: 'server', areCostsPositive: false },
  needs: [
    'ticket',
    'opentime',
    'type',
    'size',
    'item|symbol',
    'price',
    'price·2',
    'closetime',
    'taxes',
    'profit',
  ],
  fields: {
    id: 'ticket',
    openedAt: 'opentime',
    side: 'type',
    volume: 'size',
    symbol: 'item|symbol',
    openPrice: 'price',
    stopLoss: 'sl',
    takeProfit: 'tp',
    closedAt: 'closetime',
    closePrice: 'price·2',
    commission: 'commission',
    fee: 'taxes',
    swap: 'swap',
    profit: 'profit',
    comment: 'comment',
  },
};

const ftmo: ListShape = {
  name: 'FTMO',
  rules: { format: 'ftmo', clock: 'server', areCostsPositive: false },
  needs: [
    'ticket',
    'open|ouvrir|ouverture',
    'type',
    'volume',
    'symbol|symbole',
    'price·2|prix·2',
    'close|fermeture|fermer',
    'commissions|commission',
    'pips',
  ],
  fields: {
    id: 'ticket',
    openedAt: 'open|ouvrir|ouverture',
    side: 'type',
    volume: 'volume',
    symbol: 'symbol|symbole',
    openPrice: 'price|prix',
    stopLoss: 'sl',
    takeProfit: 'tp',
    closedAt: 'close|fermeture|fermer',
    closePrice: 'price·2|prix·2',
    swap: 'swap',
    commission: 'commissions|commission',
    profit: 'profit',
  },
};

const ctrader: ListShape = {
  name: 'cTrader',
  rules: { format: 'ctrader', usualOrder: 'dmy', areCostsPositive: false },
  needs: [
    'symbol',
    'openingdirection|direction',
    'closingtime',
    'entryprice',
    'closingprice',
    'closingquantity|closingvolume|quantity|volume',
    'net|netprofit|netpnl|gross|grossprofit|grosspnl',
  ],
  fields: {
    id: 'positionid|id|dealid|closingdealid|orderid',
    ticket: 'id|dealid|closingdealid',
    symbol: 'symbol',
    side: 'openingdirection|direction',
    volume: 'closingquantity|quantity|closingvolume|volume',
    openedAt: 'openingtime|entrytime',
    openPrice: 'entryprice',
    closedAt: 'closingtime',
    closePrice: 'closingprice',
    swap: 'swap',
    commission: 'commissions|commission',
    profit: 'gross|grossprofit|grosspnl',
    net: 'net|netprofit|netpnl',
    comment: 'comment|label',
  },
};

const tradingview: ListShape = {
  name: 'TradingView',
  rules: { format: 'tradingview', areCostsPositive: null, settle: entriesWithExits },
  needs: [
    'trade|tradenumber',
    'type',
    'signal',
    'datetime|dateandtime',
    'price',
    'contracts|quantity|size|positionsize|qty',
  ],
  fields: {
    id: 'trade|tradenumber',
    side: 'type',
    comment: 'signal',
    openedAt: 'datetime|dateandtime',
    openPrice: 'price',
    volume: 'contracts|quantity|size|positionsize|qty',
    net: 'netpnl|pnl|netprofit|profit',
    symbol: 'symbol',
  },
};

/** Those of more headings stand before those that could be mistaken for them. */
export const listShapes: readonly ListShape[] = [
  myfxbook,
  fxblue,
  metatrader4,
  ftmo,
  ctrader,
  tradingview,
  ...futuresShapes,
];
