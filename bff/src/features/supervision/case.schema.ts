import { z } from 'zod';
import { date, id, page, pageOf, text, uuid } from '../../core/wire';
import { CASE_STATES, RESULTS } from './case.rules';

const state = z.enum(CASE_STATES);
export const caseSearch = z.strictObject({ ...page, state: state.optional(), enterpriseId: id.optional() });
export const caseParams = z.strictObject({ id });
export const timelineQuery = z.strictObject({ ...page });

export const newCase = z.strictObject({
  clientUuid: uuid,
  enterpriseId: id,
  title: text(200),
  /** What it follows from, if it does. */
  supervisionId: id.optional(),
  warningId: id.optional(),
  /** Facts from this day on; the last 180 days, if not given. */
  from: date.optional(),
});
export const stepBody = z.strictObject({ clientUuid: uuid, note: text(500) });
export const transferBody = z.strictObject({ clientUuid: uuid, documentNo: text(60), note: text(500) });
export const concludeBody = z.strictObject({ clientUuid: uuid, result: z.enum(RESULTS), note: text(500) });

const row = z.object({
  id,
  enterprise: z.object({ id, name: z.string(), region: z.string() }),
  title: z.string(),
  state,
  owner: z.object({ id, name: z.string() }),
  dueOn: date.nullable(),
  overdue: z.boolean(),
  openedAt: z.string(),
  result: z.enum(RESULTS).nullable(),
  closedAt: z.string().nullable(),
});
export const caseRows = pageOf(row);
export const caseAnswer = row.extend({
  at: z.string(),
  supervisionId: id.nullable(),
  warningId: id.nullable(),
  from: date,
  documentNo: z.string().nullable(),
  /** Of the facts as they were handed over; null before. */
  factsSha256: z.string().nullable(),
  steps: z.array(z.object({ kind: z.string(), by: z.string(), at: z.string(), note: z.string() })),
});

export const fact = z.object({
  at: z.string(),
  kind: z.string(),
  subject: z.object({ type: z.string(), id }),
  text: z.string(),
  who: z.string().nullable(),
});
export const factRows = pageOf(fact).extend({
  /** The facts as they were handed over; otherwise as they are known now. */
  frozen: z.boolean(),
});
