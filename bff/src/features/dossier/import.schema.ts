import { z } from 'zod';
import { id, text, uuid } from '../../core/wire';
import { RECORDS } from './record.rules';

export const newImport = z.strictObject({
  clientUuid: uuid,
  fileName: text(120),
});
export const importParams = z.strictObject({ id });
export const importAnswer = z.object({
  id,
  kind: z.enum(RECORDS),
  fileName: z.string(),
  /** waiting: being read; done: all rows are in; faulty: none is, see the file of faults; failed: unreadable. */
  state: z.enum(['waiting', 'done', 'faulty', 'failed']),
  rows: z.number().nullable(),
  faultyRows: z.number().nullable(),
  /** The first faults; all of them stand in the file. */
  faults: z.array(z.object({ row: z.number(), column: z.string().nullable(), problem: z.string() })),
  sentAt: z.string(),
  doneAt: z.string().nullable(),
});
