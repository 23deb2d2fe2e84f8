import { parentPort, workerData } from 'node:worker_threads';
import type { ExportTrade } from './export-trade.js';
import { workbookOf } from './export-xlsx.js';

/** Makes one workbook of the trades it was started with, and hands over its bytes. */
parentPort?.postMessage(await workbookOf(workerData as ExportTrade[]));
