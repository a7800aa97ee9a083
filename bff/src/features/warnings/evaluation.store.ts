import { addDays, shanghaiInstant, type BusinessDate } from '../../core/clock';
import { fill } from '../../core/fill';
import { namedQuery, type SqlValue, type Tx } from '../../core/database';
import type { ChunkRange } from '../../core/jobs';
import type { ParamsOf, RuleCode } from './rule.schema';
import type { Rule } from './rule.store';
import { ackBy, type Level } from './warning.rules';

/** Rules that the night evaluates, by what they look at: a chunk of enterprises, or the whole house at once. */
export const ENTERPRISE_RULES = [
  'missed_in_a_row',
  'low_completion',
  'overdue_major',
  'overdue_general',
  'overdue_minor',
  'unverified',
  'recurrence',
  'low_trust',
  'unvisited',
] as const satisfies readonly RuleCode[];
export const WHOLE_RULES = ['township_falling', 'unreachable'] as const satisfies readonly RuleCode[];
export type NightlyCode = (typeof ENTERPRISE_RULES)[number] | (typeof WHOLE_RULES)[number];

/** When the night's evaluation looks, and at which enterprises. */
export interface Look {
  date: BusinessDate;
  now: Date;
  range: ChunkRange;
}

type Bind<C extends RuleCode> = (look: Look, params: ParamsOf<C>) => SqlValue[];

const DAY_MS = 86_400_000;

const merge = namedQuery('warning-merge');

/** The days that the row of missed days is followed back, so that its sentence can tell the true length. */
const ROW_LOOKBACK_DAYS = 30;

const overdueBy =
  (severity: string) =>
  ({ range, now }: Look): SqlValue[] => [range.from, range.to, severity, now, now];

const since = ({ date }: Look, days: number): Date => shanghaiInstant(addDays(date, -days), '00:00');

/** What each rule's statement binds, in its order. */
const binds: { [C in NightlyCode]: Bind<C> } = {
  missed_in_a_row: ({ range, date }, { days, endsWithin }) => [
    range.from,
    range.to,
    addDays(date, -ROW_LOOKBACK_DAYS),
    date,
    days,
    addDays(date, -endsWithin),
  ],
  low_completion: ({ range, date }, { below, spanDays, atLeast }) => [
    range.from,
    range.to,
    addDays(date, -spanDays),
    addDays(date, -1),
    atLeast,
    below,
  ],
  overdue_major: overdueBy('major'),
  overdue_general: overdueBy('general'),
  overdue_minor: overdueBy('minor'),
  unverified: ({ range, now }) => [range.from, range.to, now],
  recurrence: (look, { spanDays }) => [look.range.from, look.range.to, since(look, spanDays)],
  low_trust: (look, { below, reports, spanDays }) => [
    look.range.from,
    look.range.to,
    since(look, spanDays),
    below,
    reports,
  ],
  unvisited: ({ range, now }, { days }) => {
    const tooLongAgo = new Date(now.getTime() - days * DAY_MS);
    return [now, range.from, range.to, tooLongAgo, tooLongAgo, tooLongAgo, tooLongAgo, tooLongAgo];
  },
  township_falling: ({ date }, { points, recentDays, baseDays, atLeast }) => {
    const recent = addDays(date, -recentDays);
    const first = addDays(recent, -baseDays);
    return [recent, recent, recent, recent, first, addDays(date, -1), atLeast, atLeast, points];
  },
  unreachable: (look, { failures, spanDays }) => [since(look, spanDays), failures],
};

const FILES: Readonly<Record<NightlyCode, string>> = {
  missed_in_a_row: 'warning-missed-in-a-row',
  low_completion: 'warning-low-completion',
  overdue_major: 'warning-overdue',
  overdue_general: 'warning-overdue',
  overdue_minor: 'warning-overdue',
  unverified: 'warning-unverified',
  recurrence: 'warning-recurrence',
  low_trust: 'warning-low-trust',
  unvisited: 'warning-unvisited',
  township_falling: 'warning-township-falling',
  unreachable: 'warning-unreachable',
};

const finders = new Map((Object.keys(FILES) as NightlyCode[]).map((code) => [code, namedQuery(FILES[code])]));
const statements = new Map([...finders].map(([code, finder]) => [code, merge.replace('/* the rule */', finder)]));

/** Opens and merges what one rule finds. Running it twice on a date changes nothing the second time. */
export async function evaluate(tx: Tx, rule: Rule, code: NightlyCode, look: Look): Promise<void> {
  const { date, now } = look;
  const quietSince = new Date(now.getTime() - (rule.params['quietDays'] ?? 0) * DAY_MS);
  // The thresholds were checked against the rule's schema when they were stored.
  const bind = binds[code] as unknown as (look: Look, params: Record<string, number>) => SqlValue[];
  await tx.execute(statements.get(code) ?? '', [
    code,
    rule.version,
    rule.level,
    code,
    fill(rule.message, rule.params),
    rule.ackHours,
    ackBy(now, rule.ackHours, rule.level),
    now,
    now,
    date,
    ...bind(look, rule.params),
    code,
    quietSince,
  ]);
}

/**
 * Whether a rule about enterprises still finds the one of `look`; undefined for rules that do not look at enterprises by
 * night.
 */
export async function stillFound(tx: Tx, rule: Rule, look: Look): Promise<boolean | undefined> {
  const code = ENTERPRISE_RULES.find((each) => each === rule.code);
  if (code === undefined) return undefined;
  const bind = binds[code] as unknown as (look: Look, params: Record<string, number>) => SqlValue[];
  const rows = await tx.query(`SELECT 1 FROM (${finders.get(code) ?? ''}) x LIMIT 1`, bind(look, rule.params));
  return rows.length > 0;
}

/** Marks what these rules did not find again today as eased; it stays until somebody closes it. */
export async function easeUnseen(tx: Tx, codes: readonly NightlyCode[], look: Look, byRange: boolean): Promise<void> {
  await tx.execute(
    `UPDATE warning SET eased_at = ?
     WHERE rule_code IN (?) AND state <> 'closed' AND last_seen_on < ? AND eased_at IS NULL
       ${byRange ? 'AND enterprise_id BETWEEN ? AND ?' : ''}`,
    [look.now, [...codes], look.date, ...(byRange ? [look.range.from, look.range.to] : [])],
  );
}

/** A warning of a major finding eases when nothing major is left at the enterprise. */
export async function easeMajorFindings(tx: Tx, { now, range }: Look): Promise<void> {
  await tx.execute(
    `UPDATE warning w SET w.eased_at = ?
     WHERE w.rule_code = 'major_finding' AND w.state <> 'closed' AND w.eased_at IS NULL AND w.enterprise_id BETWEEN ? AND ?
       AND NOT EXISTS (SELECT 1 FROM finding f WHERE f.enterprise_id = w.enterprise_id AND f.state <> 'closed' AND f.severity = 'major')`,
    [now, range.from, range.to],
  );
}

export interface OpenedRow {
  id: number;
  rule_code: RuleCode;
  level: Level;
  subject_type: string;
  subject_id: string;
  enterprise_id: number | null;
  region_code: string;
  reason: string;
}

/** What these rules opened at this instant in this range. */
export function openedNow(
  tx: Tx,
  codes: readonly RuleCode[],
  { now, range }: Look,
  byRange: boolean,
): Promise<OpenedRow[]> {
  return tx.query<OpenedRow>(
    `SELECT id, rule_code, level, subject_type, subject_id, enterprise_id, region_code, reason FROM warning
     WHERE opened_at = ? AND rule_code IN (?) ${byRange ? 'AND enterprise_id BETWEEN ? AND ?' : ''} ORDER BY id`,
    [now, [...codes], ...(byRange ? [range.from, range.to] : [])],
  );
}

/** Warnings of these rules in this range whose reason was over, as far as was known before the night. */
export async function overIn(tx: Tx, codes: readonly RuleCode[], { range }: Look, byRange: boolean): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    `SELECT id FROM warning WHERE state IN ('open', 'acknowledged', 'snoozed') AND eased_at IS NOT NULL AND rule_code IN (?)
       ${byRange ? 'AND enterprise_id BETWEEN ? AND ?' : ''}`,
    [[...codes], ...(byRange ? [range.from, range.to] : [])],
  );
  return rows.map(({ id }) => id);
}

/** Those of them whose reason has come back. */
export async function notOverAnyMore(tx: Tx, ids: readonly number[]): Promise<OpenedRow[]> {
  if (ids.length === 0) return [];
  return tx.query<OpenedRow>(
    `SELECT id, rule_code, level, subject_type, subject_id, enterprise_id, region_code, reason FROM warning
     WHERE id IN (?) AND eased_at IS NULL ORDER BY id`,
    [[...ids]],
  );
}

export async function enterpriseSpan(tx: Tx): Promise<[number | null, number | null]> {
  const [row] = await tx.query<{ low: number | null; high: number | null }>(
    'SELECT MIN(id) AS low, MAX(id) AS high FROM enterprise',
  );
  return [row?.low ?? null, row?.high ?? null];
}
