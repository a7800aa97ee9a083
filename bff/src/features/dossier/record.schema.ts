import { z } from 'zod';
import { OFFICIALS } from '../../core/actor';
import { date, id, instant, page, pageOf, text, uuid } from '../../core/wire';

export const PETITION_SOURCES = ['hotline', 'letter', 'visit', 'online', 'media', 'other'] as const;
export const ISSUES = ['odour', 'waste_gas', 'waste_water', 'noise', 'dust', 'solid_waste', 'other'] as const;
export const PENALTY_KINDS = ['warning', 'order', 'fine', 'limit', 'stop', 'sealing', 'detention'] as const;
export const VETOES = ['data_falsification', 'hidden_pipe', 'detention', 'environmental_crime'] as const;
export const INCIDENT_SOURCES = ['enterprise', 'patrol', 'hotline', 'monitor', 'other'] as const;
export const INCIDENT_KINDS = ['leak', 'fire', 'explosion', 'discharge', 'odour', 'other'] as const;
export const LEVELS = ['minor', 'general', 'major'] as const;

const documentNo = text(60);
const content = text(1000);
const enterprise = { clientUuid: uuid, enterpriseId: id };

export const newPetition = z.strictObject({
  ...enterprise,
  documentNo: documentNo.optional(),
  receivedOn: date,
  source: z.enum(PETITION_SOURCES),
  /** What it is about: petitions about the same matter are counted together. */
  issue: z.enum(ISSUES),
  /** Without the petitioner: who he is does not belong here. */
  content,
});
export const newPenalty = z.strictObject({
  ...enterprise,
  documentNo,
  decidedOn: date,
  kind: z.enum(PENALTY_KINDS),
  /** Who decided it, where that is not the bureau itself. */
  authority: text(60).optional(),
  /** Yuan; of fines only. */
  amount: z.number().positive().max(1e9).multipleOf(0.01).optional(),
  /** What it was for, where that alone makes the health code red. */
  veto: z.enum(VETOES).optional(),
  content,
});
export const newIncident = z.strictObject({
  ...enterprise,
  documentNo: documentNo.optional(),
  happenedAt: instant,
  /** How it became known. */
  source: z.enum(INCIDENT_SOURCES).optional(),
  kind: z.enum(INCIDENT_KINDS),
  level: z.enum(LEVELS),
  content,
});

export const recordParams = z.strictObject({ id });
export const stepBody = z.strictObject({ clientUuid: uuid, note: text(500) });

const search = {
  ...page,
  enterpriseId: id.optional(),
  /** Days of the thing itself, both included. */
  from: date.optional(),
  to: date.optional(),
};
/** Only what should have been done by now. */
const overdue = z.literal('true').optional();
export const petitionSearch = z.strictObject({
  ...search,
  state: z.enum(['received', 'verified', 'unfounded', 'voided']).optional(),
  issue: z.enum(ISSUES).optional(),
  overdue,
});
export const penaltySearch = z.strictObject({
  ...search,
  state: z.enum(['in_force', 'voided']).optional(),
  kind: z.enum(PENALTY_KINDS).optional(),
});
export const incidentSearch = z.strictObject({
  ...search,
  state: z.enum(['reported', 'confirmed', 'unfounded', 'closed', 'voided']).optional(),
  kind: z.enum(INCIDENT_KINDS).optional(),
  overdue,
});

const common = {
  id,
  enterprise: z.object({ id, name: z.string(), region: z.string() }),
  documentNo: z.string().nullable(),
  content: z.string(),
  state: z.string(),
  enteredAt: z.string(),
};
/** Whose turn it is in the enterprise's region; null once there is nothing to do. */
const owner = z.enum(OFFICIALS).nullable();
export const petitionRow = z.object({
  ...common,
  receivedOn: date,
  source: z.enum(PETITION_SOURCES),
  issue: z.enum(ISSUES),
  answerBy: date,
  overdue: z.boolean(),
  owner,
  /** What was found on the spot; for officials. */
  result: z.string().nullable(),
});
export const penaltyRow = z.object({
  ...common,
  decidedOn: date,
  authority: z.string().nullable(),
  kind: z.enum(PENALTY_KINDS),
  amount: z.number().nullable(),
  veto: z.enum(VETOES).nullable(),
});
export const incidentRow = z.object({
  ...common,
  happenedAt: z.string(),
  source: z.enum(INCIDENT_SOURCES).nullable(),
  kind: z.enum(INCIDENT_KINDS),
  level: z.enum(LEVELS),
  dueOn: date,
  overdue: z.boolean(),
  owner,
});

/** Officials see who did what; the enterprise sees the record alone. */
const steps = z.array(z.object({ kind: z.string(), by: z.string(), at: z.string(), note: z.string() }));
export const petitionRows = pageOf(petitionRow);
export const penaltyRows = pageOf(penaltyRow);
export const incidentRows = pageOf(incidentRow);
export const petitionAnswer = petitionRow.extend({ steps });
export const penaltyAnswer = penaltyRow.extend({ steps });
export const incidentAnswer = incidentRow.extend({ steps });
