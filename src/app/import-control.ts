import { z } from 'zod';
import { deliverFile, delivered, saveDelivered } from '../features/imports/deliver.js';
import type { ImportDeps } from '../features/imports/read.js';
import type { ControlRoutes } from './control.js';

const file = z.strictObject({ userId: z.uuid(), path: z.string().min(1).max(4_096) });
const meant = z.strictObject({
  userId: z.uuid(),
  importId: z.uuid(),
  account: z.string().min(1).max(100).nullable(),
});

/** Importing files of this machine beside the running process, which reads them as it reads those of its pages. */
export const importControl = (deps: ImportDeps): ControlRoutes => ({
  'POST /imports': async (body) => {
    const { userId, path } = file.parse(body);
    return { importId: await deliverFile(deps, userId, path) };
  },
  'POST /imports/looks': (body) => delivered(deps, meant.parse(body)),
  'POST /imports/confirmations': (body) => saveDelivered(deps, meant.parse(body)),
});
