import { z } from 'zod';

const count = z.number();

/** Rows of an import as they were when it was saved (`imports.counts`). */
export const countsShape = z.object({ new: count, duplicate: count, changed: count, rejected: count });
