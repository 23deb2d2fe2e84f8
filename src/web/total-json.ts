import { z } from 'zod';

/** A figure as a report prints it beside ours, in the words of the API. */
export const totalShape = z.object({
  name: z.string(),
  reported: z.string(),
  computed: z.string().nullable(),
  equal: z.boolean().nullable().describe('null: the two cannot be compared'),
  reason: z.string().nullable(),
});
