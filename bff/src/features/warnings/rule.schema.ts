import { z } from 'zod';
import { uuid } from '../../core/wire';

const whole = (min: number, max: number) => z.number().int().min(min).max(max);

/** Days for which a subject stays quiet after its warning was closed, unless something new turns up. */
const quietDays = whole(0, 90);
const overdue = z.strictObject({ quietDays });

/** The thresholds of each rule. Spans stay within what the nightly run reads. */
const ruleParams = {
  /** `days` in a row with a missed task, the last at most `endsWithin` days ago. */
  missed_in_a_row: z.strictObject({ days: whole(2, 14), endsWithin: whole(2, 14), quietDays }),
  /** Under `below` % of at least `atLeast` tasks. */
  low_completion: z.strictObject({ below: whole(1, 100), spanDays: whole(7, 90), atLeast: whole(1, 1000), quietDays }),
  overdue_major: overdue,
  overdue_general: overdue,
  overdue_minor: overdue,
  unverified: overdue,
  major_finding: z.strictObject({}),
  code_red: z.strictObject({}),
  /** As long as a code is red, an official is due on site every `days` days. */
  unvisited: z.strictObject({ days: whole(3, 60), quietDays }),
  recurrence: z.strictObject({ spanDays: whole(1, 90), quietDays }),
  /** At least `reports` with a trust score under `below`. */
  low_trust: z.strictObject({ below: whole(1, 100), reports: whole(1, 100), spanDays: whole(1, 90), quietDays }),
  /** `points` percentage points under the `baseDays` before. */
  township_falling: z.strictObject({
    points: whole(1, 100),
    recentDays: whole(3, 30),
    baseDays: whole(7, 90),
    atLeast: whole(1, 10_000),
    quietDays,
  }),
  unreachable: z.strictObject({ failures: whole(1, 50), spanDays: whole(1, 30), quietDays }),
} as const;

export type RuleCode = keyof typeof ruleParams;
export type ParamsOf<C extends RuleCode> = z.infer<(typeof ruleParams)[C]>;

const version = <C extends RuleCode>(code: C) =>
  z.strictObject({ clientUuid: uuid, code: z.literal(code), params: ruleParams[code], ackHours: whole(1, 720) });

/** A new version of one rule; its level and its sentence stay what they are. */
export const newRule = z.discriminatedUnion('code', [
  version('missed_in_a_row'),
  version('low_completion'),
  version('overdue_major'),
  version('overdue_general'),
  version('overdue_minor'),
  version('unverified'),
  version('major_finding'),
  version('code_red'),
  version('unvisited'),
  version('recurrence'),
  version('low_trust'),
  version('township_falling'),
  version('unreachable'),
]);
export type NewRule = z.infer<typeof newRule>;

export const ruleAnswer = z.object({
  code: z.string(),
  version: z.number(),
  name: z.string(),
  level: z.enum(['major', 'normal']),
  ackHours: z.number(),
  message: z.string(),
  params: z.record(z.string(), z.number()),
  since: z.string(),
});
export const ruleRows = z.object({ rows: z.array(ruleAnswer) });
