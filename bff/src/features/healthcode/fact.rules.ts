import { WATCHED } from './codes.rules';
import type { RuleSetBody } from './ruleset.schema';

/**
 * Something that happened and that a rule set may count. Instants are milliseconds; those in the future are what will
 * come about if nobody does anything, such as a deadline that runs out.
 */
export interface Fact {
  /** Names it for good: 'H06:finding:12'. */
  key: string;
  /** A rule's, a veto's or a bonus's code, or a primitive from which others are derived. */
  code: string;
  /** From when it counts. */
  occurredAt: number;
  /** When it was put right, or ceases to be valid; null while it goes on. */
  endedAt: number | null;
  /** Of derived facts: the latest that it follows from; its days run from there. */
  lastAt?: number;
  /** Credit grade, where points depend on it. */
  grade?: 'C' | 'D' | 'E';
  /** What makes two facts belong together: the day of a task, the item of a point, the matter of a petition. */
  group?: string;
  rows: { type: string; ids: number[] };
  /** Verified restoration. */
  restoredAt: number | null;
  disputedAt: number | null;
  /** When the dispute was decided. */
  decidedAt: number | null;
  /** Found not to have been so: the dispute was upheld. */
  cancelledAt: number | null;
}

/** A fact that nothing has happened to but itself. */
export function fact(
  code: string,
  type: string,
  ids: readonly number[],
  occurredAt: number,
  more: Partial<Pick<Fact, 'endedAt' | 'group' | 'grade'>> = {},
): Fact {
  return {
    key: `${code}:${type}:${ids[0] ?? 0}`,
    code,
    occurredAt,
    endedAt: null,
    rows: { type, ids: [...ids] },
    restoredAt: null,
    disputedAt: null,
    decidedAt: null,
    cancelledAt: null,
    ...more,
  };
}

const HOUR_MS = 3_600_000;
/** An emergency pool may be this long over a third full before it counts. */
const POOL_MS = 48 * HOUR_MS;

export interface TaskRow {
  id: number;
  kind: 'missed' | 'late' | 'watched';
  task_date: string;
  closed_at: Date | null;
}

export function taskFact({ id, kind, task_date: date, closed_at: closed }: TaskRow): Fact {
  const begins = Date.parse(`${date}T00:00:00+08:00`);
  if (kind === 'watched') return fact(WATCHED, 'task', [], begins);
  return fact(kind === 'missed' ? 'H01' : 'H02', 'task', [id], closed?.getTime() ?? begins, { group: date });
}

export interface FindingRow {
  id: number;
  point_id: number;
  item_code: string;
  severity: 'minor' | 'general' | 'major';
  opened_at: Date;
  due_at: Date;
  contain_due_at: Date | null;
  contained_at: Date | null;
  fixed_at: Date | null;
  closed_at: Date | null;
  previous_id: number | null;
}

/** Items whose findings cost extra once they are not put right in time; what was reported and fixed costs nothing. */
const ITEMS: Readonly<Record<string, string>> = { EV01: 'H16', HW07: 'H17', HW09: 'H18' };
const OVERDUE = { minor: 'H05', general: 'H06', major: 'H07' } as const;

/** What one finding gives: deductions that it has brought or will bring, and what others are derived from. */
export function findingFacts(row: FindingRow): Fact[] {
  const { id, severity } = row;
  const opened = row.opened_at.getTime();
  const due = row.due_at.getTime();
  const endedAt = row.fixed_at?.getTime() ?? null;
  const closedAt = row.closed_at?.getTime() ?? null;
  const overdueAt = endedAt === null || endedAt > due ? due : null;
  const spilledAt = uncontainedAt(row);
  const facts: Fact[] = [];
  const late = Math.min(overdueAt ?? Infinity, spilledAt ?? Infinity);
  if (late !== Infinity) facts.push(fact(OVERDUE[severity], 'finding', [id], late, { endedAt }));
  const extra = ITEMS[row.item_code];
  if (extra !== undefined && overdueAt !== null) facts.push(fact(extra, 'finding', [id], overdueAt, { endedAt }));
  if (row.item_code === 'EP02' && severity === 'major' && (endedAt === null || endedAt > opened + POOL_MS)) {
    facts.push(fact('H15', 'finding', [id], opened + POOL_MS, { endedAt }));
  }
  if (row.previous_id !== null) {
    facts.push(fact('recurrence', 'finding', [id], opened, { group: `${row.point_id}:${row.item_code}` }));
  }
  if (severity === 'major') {
    facts.push(fact(MAJOR_OPEN, 'finding', [id], opened, { endedAt: closedAt }));
    if (late === Infinity && closedAt !== null) facts.push(fact('B02', 'finding', [id], closedAt));
  }
  return facts;
}

/** A major finding that is not closed: no rule counts it, but nobody is on the positive list with one. */
export const MAJOR_OPEN = 'major_open';

/** When a major finding was not contained in time; null where it was, or need not be. */
function uncontainedAt({ contain_due_at: due, contained_at: contained }: FindingRow): number | null {
  if (due === null || (contained !== null && contained <= due)) return null;
  return due.getTime();
}

export interface RejectionRow {
  id: number;
  finding_id: number;
  at: Date;
}

export function rejectionFact({ id, finding_id: findingId, at }: RejectionRow): Fact {
  return { ...fact('H09', 'step', [id], at.getTime()), rows: { type: 'finding', ids: [findingId] } };
}

export interface DossierRow {
  id: number;
  type: 'petition' | 'penalty' | 'incident';
  /** What a petition is about, what kind of penalty, how grave an incident. */
  kind: string;
  /** Yuan, of fines. */
  amount: number | null;
  /** A penalty's ground that alone makes the code red. */
  veto: string | null;
  at: Date;
}

/** Fines up to so many yuan are small ones. */
const SMALL_FINE = 50_000;
const PENALTIES: Readonly<Record<string, string>> = {
  warning: 'H20',
  order: 'H20',
  limit: 'H23',
  stop: 'H23',
  sealing: 'H23',
};

/** What officials know from elsewhere: verified petitions, penalties, confirmed major incidents. */
export function dossierFacts({ id, type, kind, amount, veto, at }: DossierRow): Fact[] {
  const began = at.getTime();
  if (type === 'petition') return [fact('H24', type, [id], began, { group: kind })];
  if (type === 'incident') return [fact('major_accident', type, [id], began)];
  const code = kind === 'fine' ? ((amount ?? 0) > SMALL_FINE ? 'H22' : 'H21') : PENALTIES[kind];
  const vetoed = veto === null ? [] : [fact(veto, type, [id], began)];
  return code === undefined ? vetoed : [fact(code, type, [id], began), ...vetoed];
}

export interface EnteredRow {
  id: number;
  code: string;
  occurred_at: Date;
  ended_at: Date | null;
  source: { type: string; ids: number[] } | null;
}

export function enteredFact({ id, code, occurred_at: occurred, ended_at: ended, source }: EnteredRow): Fact {
  const plain = fact(code, 'fact', [id], occurred.getTime(), { endedAt: ended?.getTime() ?? null });
  return source === null ? plain : { ...plain, rows: source };
}

export interface GradeRow {
  /** Half-year. */
  period: string;
  source: 'ours' | 'province';
  grade: string;
  published: Date;
  validUntil: Date;
}

/** Grades of credit as far as they cost points: each until its end or until one that goes before it is published. */
export function gradeFacts(rows: readonly GradeRow[]): Fact[] {
  return rows.flatMap(({ period, source, grade, published, validUntil }) => {
    if (grade !== 'C' && grade !== 'D' && grade !== 'E') return [];
    const later = rows
      .filter((other) => other.period > period || (other.period === period && other.source > source))
      .map((other) => other.published.getTime());
    const endedAt = Math.min(validUntil.getTime(), ...later);
    if (endedAt <= published.getTime()) return [];
    const plain = fact('H26', 'grade', [], published.getTime(), { endedAt, grade });
    return [{ ...plain, key: `H26:grade:${period}-${source}` }];
  });
}

export interface MarkRow {
  fact_key: string;
  kind: 'dispute' | 'repair';
  at: Date;
  decided_at: Date | null;
  state: string;
}

/** The facts with what was decided about them. */
export function marked(facts: readonly Fact[], marks: readonly MarkRow[]): Fact[] {
  if (marks.length === 0) return [...facts];
  return facts.map((each) => {
    let result = each;
    for (const mark of marks) {
      if (mark.fact_key !== each.key) continue;
      const decidedAt = mark.decided_at?.getTime() ?? null;
      result =
        mark.kind === 'repair'
          ? { ...result, restoredAt: mark.at.getTime() }
          : {
              ...result,
              disputedAt: mark.at.getTime(),
              decidedAt,
              cancelledAt: mark.state === 'upheld' ? decidedAt : null,
            };
    }
    return result;
  });
}

/** How many days back facts may still count, by a rule set: what has to be fetched. */
export function reachDays({ rules, bonuses, vetoes }: RuleSetBody, codes: readonly string[]): number {
  const spans = rules.flatMap(({ code, valid, derived }) => {
    if (!codes.includes(derived?.from ?? code)) return [];
    const before = derived === undefined ? 0 : derived.kind === 'in_a_row' ? derived.atLeast : derived.withinDays;
    return [before + (valid.kind === 'days' ? valid.days : valid.kind === 'until_fixed' ? valid.plusDays : 0)];
  });
  const clean = bonuses.rules.flatMap((bonus) =>
    codes.includes(bonus.kind === 'clean' ? bonus.of : bonus.code) ? [bonus.days] : [],
  );
  const vetoed = vetoes.kinds.some(({ code }) => codes.includes(code)) ? [vetoes.days] : [];
  // One day more: windows are local dates.
  return Math.max(0, ...spans, ...clean, ...vetoed) + 1;
}
