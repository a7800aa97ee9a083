/** What is known of an enterprise when somebody decides where to go first. */
export interface VisitFacts {
  /** Warnings that wait or are under way, by level; what has eased by itself does not call anybody. */
  majorWarnings: number;
  normalWarnings: number;
  /** Findings past their deadline that nobody has submitted a correction of. */
  overdueMajor: number;
  overdueGeneral: number;
  overdueMinor: number;
  /** Tasks that were decided in the last 30 days, and how many of them were done. */
  due: number;
  done: number;
  /** The same of the last 7 days. */
  recentDue: number;
  recentDone: number;
  /** Whole days since somebody was there to help; null when nobody ever was. */
  daysSinceVisit: number | null;
  /** On the positive list: left undisturbed. */
  undisturbed: boolean;
}

/** One reason to go, with what it weighs. */
interface Part {
  kind: 'major_warning' | 'overdue' | 'warning' | 'completion' | 'falling' | 'long_ago' | 'just_visited';
  points: number;
  text: string;
}

/** What a visit is expected to bring. The points add up to the score, and the sentence says the heaviest of them. */
export interface Benefit {
  score: number;
  parts: Part[];
  reason: string;
}

/** Below these numbers a share says nothing. */
const LEAST_TASKS = 5;
const LEAST_RECENT = 3;
/** Completion of late lies so many points below that of the days before: it is falling. */
const FALLING_POINTS = 15;
/** Who was visited so lately is given time to do what was agreed. */
const JUST_DAYS = 14;
const LONG_DAYS = 60;
const SAID = 3;

const most = (limit: number, points: number) => Math.min(limit, Math.round(points));
const percent = (done: number, due: number) => Math.floor((100 * done) / due);

/**
 * The expected benefit of a visit, 0 when there is nothing to help with. What is grave weighs most, then what drags on,
 * then what slips: by weights that officials can check, not by a model that nobody can.
 */
export function benefitOf(facts: VisitFacts): Benefit {
  if (facts.undisturbed) return { score: 0, parts: [], reason: '在正面清单上，无事不扰。' };
  const needs = [...warningParts(facts), ...overduePart(facts), ...completionPart(facts), ...fallingPart(facts)].sort(
    (a, b) => b.points - a.points,
  );
  if (needs.length === 0) return { score: 0, parts: [], reason: '没有要紧的事，不用专程去。' };
  const parts = [...needs, ...visitPart(facts, needs)];
  return {
    score: parts.reduce((sum, part) => sum + part.points, 0),
    parts,
    reason: `${[...needs.slice(0, SAID), ...parts.slice(needs.length)].map(({ text }) => text).join('，')}。`,
  };
}

function warningParts({ majorWarnings, normalWarnings }: VisitFacts): Part[] {
  const parts: Part[] = [];
  if (majorWarnings > 0) {
    parts.push({ kind: 'major_warning', points: most(80, 40 * majorWarnings), text: `${majorWarnings} 条重大预警` });
  }
  if (normalWarnings > 0) {
    parts.push({ kind: 'warning', points: most(30, 10 * normalWarnings), text: `${normalWarnings} 条预警没办完` });
  }
  return parts;
}

function overduePart({ overdueMajor, overdueGeneral, overdueMinor }: VisitFacts): Part[] {
  const points = most(60, 30 * overdueMajor + 12 * overdueGeneral + 4 * overdueMinor);
  if (points === 0) return [];
  const said = [
    overdueMajor > 0 ? `${overdueMajor} 个重大问题` : '',
    overdueGeneral > 0 ? `${overdueGeneral} 个一般问题` : '',
    overdueMinor > 0 ? `${overdueMinor} 个轻微问题` : '',
  ];
  return [{ kind: 'overdue', points, text: `${said.filter(Boolean).join('、')}超期` }];
}

function completionPart({ due, done }: VisitFacts): Part[] {
  if (due < LEAST_TASKS) return [];
  const points = most(40, ((due - done) / due) * 100 * 0.6);
  return points === 0 ? [] : [{ kind: 'completion', points, text: `近 30 天完成率 ${percent(done, due)}%` }];
}

function fallingPart({ due, done, recentDue, recentDone }: VisitFacts): Part[] {
  const [beforeDue, beforeDone] = [due - recentDue, done - recentDone];
  if (recentDue < LEAST_RECENT || beforeDue < LEAST_TASKS) return [];
  const fall = percent(beforeDone, beforeDue) - percent(recentDone, recentDue);
  if (fall < FALLING_POINTS) return [];
  return [{ kind: 'falling', points: most(15, fall * 0.3), text: `近 7 天比之前低 ${fall} 个百分点` }];
}

/** Time alone calls nobody; but who needs help and had none for long comes first, and who just had some comes later. */
function visitPart({ daysSinceVisit: days }: VisitFacts, needs: readonly Part[]): Part[] {
  if (days === null) return [{ kind: 'long_ago', points: 10, text: '还没有人去帮过' }];
  if (days >= LONG_DAYS) return [{ kind: 'long_ago', points: most(10, days / 12), text: `${days} 天没有去过` }];
  if (days > JUST_DAYS) return [];
  const light = needs.reduce((sum, part) => (part.kind === 'major_warning' ? sum : sum + part.points), 0);
  const text = days === 0 ? '今天去过' : `${days} 天前去过`;
  return [{ kind: 'just_visited', points: -Math.round(light / 2), text }];
}
