import { fromJson, type Tx } from '../../core/database';
import {
  answerFault,
  itemsFor,
  judge,
  needsPhoto,
  type Checklist,
  type ChecklistReader,
  type Item,
  type ItemHistory,
  type PointFacts,
  type Severity,
} from '../checklists';
import { reportProblems } from './inspection.problems';
import type { NewReport } from './report.schema';
import type { JudgedAnswer } from './report.store';

export interface JudgedReport {
  answers: JudgedAnswer[];
  abnormalCount: number;
  worst: Severity | null;
}

/** What a point brings to its checklist: industry, limit profile, settings. */
export async function pointFacts(
  tx: Tx,
  reader: ChecklistReader,
  point: { industry: string; limit_profile: string | null; settings: unknown; interval_days: number },
): Promise<PointFacts> {
  return {
    industry: point.industry,
    profile: await reader.profile(tx, point.limit_profile),
    settings: fromJson<Record<string, unknown>>(point.settings),
    intervalDays: point.interval_days,
  };
}

/**
 * Checks a report for completeness and judges each answer against the limits of the point. Throws REPORT.* with the
 * codes of the items concerned.
 */
export function judgeReport(
  checklist: Checklist,
  facts: PointFacts,
  history: ReadonlyMap<string, ItemHistory>,
  report: NewReport,
): JudgedReport {
  const items = new Map(checklist.items.map((item) => [item.code, item]));
  refuseUnfit(items, report);
  const numbers = new Map(
    report.answers.flatMap(({ code, value }) => (typeof value === 'number' ? [[code, value] as const] : [])),
  );
  const answers = report.answers.map((given): JudgedAnswer => {
    const item = items.get(given.code) as Item;
    const { state, severity, reason, limit } = judge(item, given, facts, history.get(given.code), numbers);
    // Field by field: spreading two objects of many shapes took a third of the judging.
    const { code, value, note, worse } = given;
    return { code, value, note, worse, state, severity, reason, limit };
  });
  refuseIncomplete(itemsFor(checklist.items, facts, history), answers, report);
  const abnormal = answers.filter((answer) => answer.state === 'abnormal');
  const worst = (['major', 'general', 'minor'] as const).find((level) =>
    abnormal.some((answer) => answer.severity === level),
  );
  return { answers, abnormalCount: abnormal.length, worst: worst ?? null };
}

function refuseUnfit(items: ReadonlyMap<string, Item>, report: NewReport): void {
  const codes = report.answers.map((answer) => answer.code);
  const unknown = [...codes, ...report.photos.map((photo) => photo.itemCode)].filter((code) => !items.has(code));
  if (unknown.length > 0) throw reportProblems.UNKNOWN_ITEM({ items: [...new Set(unknown)] });
  const twice = codes.filter((code, index) => codes.indexOf(code) !== index);
  if (twice.length > 0) throw reportProblems.REPEATED_ITEM({ items: [...new Set(twice)] });
  const wrong = report.answers.flatMap((answer) => {
    const fault = answerFault(items.get(answer.code) as Item, answer);
    return fault === null ? [] : [{ item: answer.code, fault }];
  });
  if (wrong.length > 0) throw reportProblems.WRONG_ANSWER({ items: wrong });
}

function refuseIncomplete(applicable: readonly Item[], answers: readonly JudgedAnswer[], report: NewReport): void {
  const given = new Map(answers.map((answer) => [answer.code, answer]));
  const photographed = new Set(report.photos.map((photo) => photo.itemCode));
  const missing: string[] = [];
  const photosMissing: string[] = [];
  for (const item of applicable) {
    // The scan is proved by its own evidence; the overview needs only its picture.
    if (item.type === 'scan') continue;
    const answer = given.get(item.code);
    if (answer === undefined && item.type !== 'photo') missing.push(item.code);
    if (needsPhoto(item, answer?.state ?? 'normal') && !photographed.has(item.code)) photosMissing.push(item.code);
  }
  if (missing.length > 0 || photosMissing.length > 0) throw reportProblems.INCOMPLETE({ missing, photosMissing });
}
