export interface Trade {
  positionId: string;
  firstTicket: string;
  symbol: string;
  side: 'buy' | 'sell';
  volume: number;
  openVolume: number;
  openedMs: number;
  closedMs: number | null;
  openPrice: number | null;
  closePrice: number | null;
  stopLoss: number | null;
  takeProfit: number | null;
  gross: number;
  swap: number;
  commission: number;
  fee: number;
  net: number;
  magic: string;
  comment: string;
  openReason: number | null;
  closeReason: number | null;
  closedBy: string | null;
  dealTickets: string[];
  flags: string[];
}
