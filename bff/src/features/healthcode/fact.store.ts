import { businessDate } from '../../core/clock';
import { fromJson, namedQuery, type Tx } from '../../core/database';
import { DOSSIER_CODES, ENTERED_CODES, FINDING_CODES, TASK_CODES } from './codes.rules';
import { DAY_MS } from './day.rules';
import {
  dossierFacts,
  enteredFact,
  findingFacts,
  gradeFacts,
  marked,
  reachDays,
  rejectionFact,
  taskFact,
  type DossierRow,
  type EnteredRow,
  type Fact,
  type FindingRow,
  type GradeRow,
  type MarkRow,
  type RejectionRow,
  type TaskRow,
} from './fact.rules';
import type { RuleSetBody } from './ruleset.schema';

const tasks = namedQuery('health-tasks');
const findings = namedQuery('health-findings');
const rejections = namedQuery('health-rejections');
const dossier = namedQuery('health-dossier');
const entered = namedQuery('health-entered');
const marks = namedQuery('health-marks');

type Of<T> = T & { enterprise_id: number };

/**
 * Everything that the rule sets may count of these enterprises at `from` or later: one statement per table, however many
 * enterprises. Enterprises without any fact have an empty list.
 */
export async function factsOf(
  tx: Tx,
  enterpriseIds: readonly number[],
  ruleSets: readonly RuleSetBody[],
  from: Date,
): Promise<Map<number, Fact[]>> {
  const facts = new Map<number, Fact[]>(enterpriseIds.map((id) => [id, []]));
  if (enterpriseIds.length === 0) return facts;
  const ids = [...enterpriseIds];
  const since = (codes: readonly string[]) =>
    new Date(from.getTime() - Math.max(...ruleSets.map((ruleSet) => reachDays(ruleSet, codes))) * DAY_MS);
  const add = (id: number, ...more: Fact[]) => facts.get(id)?.push(...more);

  const closedSince = since(FINDING_CODES);
  const rejectedSince = since(TASK_CODES.rejected);
  // A task is missed on the day after its date.
  const missedSince = new Date(since(TASK_CODES.missed).getTime() - DAY_MS);
  const lateSince = new Date(since(TASK_CODES.late).getTime() - DAY_MS);
  for (const row of await tx.query<Of<TaskRow>>(tasks, [
    ids,
    businessDate(missedSince),
    ids,
    businessDate(lateSince),
    ids,
  ])) {
    add(row.enterprise_id, taskFact(row));
  }
  for (const row of await tx.query<Of<FindingRow>>(findings, [ids, closedSince])) {
    add(row.enterprise_id, ...findingFacts(row));
  }
  for (const row of await tx.query<Of<RejectionRow>>(rejections, [ids, rejectedSince, rejectedSince])) {
    add(row.enterprise_id, rejectionFact(row));
  }
  // The positive list looks back a year, whatever the rules say.
  const knownSince = new Date(Math.min(since(DOSSIER_CODES).getTime(), from.getTime() - 366 * DAY_MS));
  const bound = [ids, knownSince, ids, businessDate(knownSince), ids, knownSince];
  for (const row of await tx.query<Of<DossierRow>>(dossier, bound)) add(row.enterprise_id, ...dossierFacts(row));
  await addEntered(tx, ids, new Date(Math.min(since(ENTERED_CODES).getTime(), from.getTime())), add);
  await applyMarks(tx, ids, facts);
  return facts;
}

interface EnteredOrGrade {
  enterprise_id: number;
  id: number;
  code: string;
  occurred_at: Date;
  ended_at: Date | null;
  source: unknown;
  grade: string | null;
  period: string | null;
}

async function addEntered(
  tx: Tx,
  ids: number[],
  since: Date,
  add: (id: number, ...more: Fact[]) => void,
): Promise<void> {
  const grades = new Map<number, GradeRow[]>();
  for (const row of await tx.query<EnteredOrGrade>(entered, [ids, since, ids, since])) {
    const { grade, period } = row;
    if (grade === null || period === null) {
      const source = row.source === null ? null : fromJson<EnteredRow['source']>(row.source);
      add(row.enterprise_id, enteredFact({ ...row, source }));
      continue;
    }
    const list = grades.get(row.enterprise_id) ?? [];
    const validUntil = row.ended_at ?? row.occurred_at;
    list.push({ period, source: row.code as GradeRow['source'], grade, published: row.occurred_at, validUntil });
    grades.set(row.enterprise_id, list);
  }
  for (const [id, rows] of grades) add(id, ...gradeFacts(rows));
}

async function applyMarks(tx: Tx, ids: number[], facts: Map<number, Fact[]>): Promise<void> {
  const byEnterprise = new Map<number, MarkRow[]>();
  for (const row of await tx.query<Of<MarkRow>>(marks, [ids, ids])) {
    byEnterprise.set(row.enterprise_id, [...(byEnterprise.get(row.enterprise_id) ?? []), row]);
  }
  for (const [id, rows] of byEnterprise) facts.set(id, marked(facts.get(id) ?? [], rows));
}
