import type { Actor, Role } from '../../core/actor';
import type { Problem } from '../../core/problem';
import { addOfficeHours, isOfficeTime } from '../../core/workday';
import { warningProblems } from './warning.problems';

export const LEVELS = ['major', 'normal'] as const;
export type Level = (typeof LEVELS)[number];

export const STATES = ['open', 'acknowledged', 'snoozed', 'closed'] as const;
export type WarningState = (typeof STATES)[number];

/** Who owns a warning, in the order in which it goes up. */
export const TIERS = ['township', 'enforcement', 'county'] as const;
export type Tier = (typeof TIERS)[number];

export const ACTIONS = ['acknowledge', 'snooze', 'close'] as const;
export type Action = (typeof ACTIONS)[number];

export const OUTCOMES = ['helped', 'corrected', 'case', 'unfounded', 'other'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The role whose turn it is at a tier. */
export const TIER_ROLE: Readonly<Record<Tier, Role>> = {
  township: 'township',
  enforcement: 'enforcement',
  county: 'regulator',
};

/** Officials by rank: who stands at a tier or above it may act on what lies there. */
const RANK: Readonly<Record<Role, number>> = { officer: -1, township: 0, enforcement: 1, regulator: 2 };

const MAX_SNOOZE_DAYS = 14;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The next tier up; undefined at the top. */
export function nextTier(tier: Tier): Tier | undefined {
  return TIERS[TIERS.indexOf(tier) + 1];
}

/**
 * Until when a warning must be acknowledged: plain hours for a major one, since a river keeps no office hours either;
 * office hours, eight a working day, for all others.
 */
export function ackBy(from: Date, hours: number, level: Level): Date {
  return level === 'major' ? new Date(from.getTime() + hours * HOUR_MS) : addOfficeHours(from, hours);
}

/** Levels whose clocks run at an instant: nobody hears of a normal one at night or on a day off. */
export function levelsAt(now: Date): Level[] {
  return isOfficeTime(now) ? [...LEVELS] : ['major'];
}

/** Whether a warning may be put off from `now` until `until`. */
export function snoozeFits(now: Date, until: Date): boolean {
  return until > now && until.getTime() <= now.getTime() + MAX_SNOOZE_DAYS * DAY_MS;
}

/** Whether a person's standing in the region reaches the tier that the warning has climbed to. */
export function reaches(actor: Pick<Actor, 'grants'>, tier: Tier, region: string): boolean {
  const needed = TIERS.indexOf(tier);
  return actor.grants.some(
    ({ role, regionPrefix }) => regionPrefix !== null && region.startsWith(regionPrefix) && RANK[role] >= needed,
  );
}

/** Why an action is refused now; undefined when it is legal. */
export function illegal(action: Action, state: WarningState, mayAct: boolean): Problem | undefined {
  if (!mayAct) return warningProblems.ESCALATED();
  if (state === 'closed') return warningProblems.CLOSED();
  if (action === 'close') return undefined;
  if (state === 'snoozed') return warningProblems.SNOOZED();
  return action === 'acknowledge' && state === 'acknowledged' ? warningProblems.ALREADY_ACKNOWLEDGED() : undefined;
}

/** The body of the morning digest: how many of which rule wait, the most frequent first. */
export function digestText(counts: readonly { rule: string; n: number }[]): string {
  const total = counts.reduce((sum, { n }) => sum + n, 0);
  return `有 ${total} 条预警等待确认：${counts.map(({ rule, n }) => `${rule} ${n} 条`).join('，')}。`;
}

/** Names that the reason of a warning has room for. */
const MOST_ITEMS = 6;

/** What several findings are about: the newest first, all of them as far as there is room. */
export function itemsText(items: readonly string[]): string {
  const names = [...new Set(items)];
  const more = names.length > MOST_ITEMS ? '等' : '';
  return `${names.slice(0, MOST_ITEMS).join('、')}${more}${items.length > 1 ? `（共 ${items.length} 项）` : ''}`;
}

/** What is told at once about major warnings of one rule: the first in full, the others by number. */
export function majorText(reasons: readonly string[]): string {
  const [first = ''] = reasons;
  return reasons.length > 1 ? `${first}另有 ${reasons.length - 1} 条同类预警。` : first;
}
