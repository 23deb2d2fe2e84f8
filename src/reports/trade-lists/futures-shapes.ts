import { completedOrders, positionFills } from './fills.js';
import type { ListShape } from './list-shape.js';
import { settledResults } from './ninjatrader.js';

const ninjatrader: ListShape = {
  name: 'NinjaTrader',
  rules: { format: 'ninjatrader', areCostsPositive: true, settle: settledResults },
  needs: [
    'instrument',
    'marketpos',
    'qty|quantity',
    'entryprice',
    'exitprice',
    'entrytime',
    'exittime',
    'profit',
  ],
  fields: {
    symbol: 'instrument',
    login: 'account',
    side: 'marketpos',
    volume: 'qty|quantity',
    openPrice: 'entryprice',
    closePrice: 'exitprice',
    openedAt: 'entrytime',
    closedAt: 'exittime',
    comment: 'entryname',
    profit: 'profit',
    cumulative: 'cumnetprofit|cumprofit',
    commission: 'commission',
    fee: 'clearingfee&exchangefee&ipfee&nfafee',
  },
};

const tradovate: ListShape = {
  name: 'Tradovate',
  rules: { format: 'tradovate', usualOrder: 'mdy', isBoughtAndSold: true },
  needs: ['symbol', 'qty', 'buyprice', 'sellprice', 'pnl', 'boughttimestamp', 'soldtimestamp'],
  fields: {
    id: 'buyfillid+sellfillid',
    symbol: 'symbol',
    volume: 'qty',
    openPrice: 'buyprice',
    closePrice: 'sellprice',
    openedAt: 'boughttimestamp',
    closedAt: 'soldtimestamp',
    profit: 'pnl',
  },
};

const topstep: ListShape = {
  name: 'TopstepX',
  rules: { format: 'table', usualOrder: 'mdy', areCostsPositive: true },
  needs: ['id', 'contractname', 'enteredat', 'exitedat', 'entryprice', 'exitprice', 'pnl', 'size', 'type'],
  fields: {
    id: 'id',
    symbol: 'contractname',
    openedAt: 'enteredat',
    closedAt: 'exitedat',
    openPrice: 'entryprice',
    closePrice: 'exitprice',
    profit: 'pnl',
    commission: 'commissions',
    fee: 'fees',
    volume: 'size',
    side: 'type',
  },
};

const tradezella: ListShape = {
  name: 'TradeZella',
  rules: { format: 'table', areCostsPositive: true },
  needs: ['opendate', 'opentime', 'closedate', 'closetime', 'side', 'quantity', 'entryprice', 'exitprice'],
  fields: {
    symbol: 'instrument|symbol',
    openedAt: 'opendate+opentime',
    closedAt: 'closedate+closetime',
    side: 'side',
    volume: 'quantity',
    openPrice: 'entryprice',
    closePrice: 'exitprice',
    profit: 'grosspnl',
    net: 'netpnl',
    commission: 'commission&commissions',
    fee: 'fee&fees',
    swap: 'swap',
    login: 'accountname',
  },
};

const quantower: ListShape = {
  name: 'Quantower',
  rules: { format: 'table', areCostsPositive: true, settle: positionFills },
  needs: ['account', 'datetime', 'symbol', 'side', 'quantity', 'price', 'grosspnl', 'positionid'],
  fields: {
    id: 'positionid',
    login: 'account',
    openedAt: 'datetime',
    symbol: 'symbol',
    side: 'side',
    volume: 'quantity',
    openPrice: 'price',
    profit: 'grosspnl',
    fee: 'fee',
    comment: 'comment',
  },
};

const workedOut =
  'These orders have no results: each is worked out from its prices and what a point of its contract is worth.';

const rithmic: ListShape = {
  name: 'Rithmic',
  rules: { format: 'table', areCostsPositive: true, settle: completedOrders, remark: workedOut },
  needs: ['account', 'symbol', 'buysell', 'qtyfilled', 'avgfillprice', 'updatetime', 'ordernumber'],
  fields: {
    login: 'account',
    symbol: 'symbol',
    side: 'buysell',
    volume: 'qtyfilled',
    openPrice: 'avgfillprice',
    openedAt: 'updatetime',
    fee: 'commissionfillrate',
    kind: 'status',
  },
};

export const futuresShapes: readonly ListShape[] = [
  ninjatrader,
  tradovate,
  topstep,
  quantower,
  rithmic,
  tradezella,
];
