import { Worker } from 'node:worker_threads';
import type { ExportTrade } from './export-trade.js';

const thread = new URL('./workbook-thread.js', import.meta.url);

/**
 * `workbookOf` in a thread of its own: nobody else waits while it is made. Throws what it throws, and where the thread
 * ends before it is done, as one does that needs too much memory.
 */
export const workbookAside = (trades: readonly ExportTrade[]): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(thread, {
      workerData: trades,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    worker.once('message', (bytes: Uint8Array) => {
      resolve(Buffer.from(bytes));
    });
    worker.once('error', reject);
    worker.once('exit', () => {
      reject(new Error('The thread ended before the workbook was made.'));
    });
  });
