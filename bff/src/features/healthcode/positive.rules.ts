import type { ColourState } from './colour.rules';
import { localDay } from './day.rules';
import { holds } from './evaluate.rules';
import { MAJOR_OPEN, type Fact } from './fact.rules';

/** Green without a break for so many days. */
const GREEN_DAYS = 90;
const PENALTY_DAYS = 365;
const PETITION_DAYS = 182;

const PENALTIES: ReadonlySet<string> = new Set(['H20', 'H21', 'H22', 'H23', 'detention']);
const PETITION = 'H24';

/** Why an enterprise is not on the positive list at `at`; null: it belongs there. */
export function barredFromList(facts: readonly Fact[], state: ColourState, at: number): string | null {
  const within = (fact: Fact, days: number) => localDay(at) - localDay(fact.occurredAt) < days;
  const present = facts.filter((fact) => holds(fact, at));
  if (present.some(({ code, endedAt }) => code === MAJOR_OPEN && (endedAt === null || endedAt > at))) {
    return '有未关闭的重大问题';
  }
  if (state.colour !== 'green') return '健康码不是绿码';
  if (present.some((fact) => fact.code === PETITION && within(fact, PETITION_DAYS))) return '6 个月内有信访查实';
  if (present.some((fact) => PENALTIES.has(fact.code) && within(fact, PENALTY_DAYS))) return '12 个月内受过处罚';
  return localDay(at) - localDay(state.since) >= GREEN_DAYS ? null : '连续绿码未满 90 天';
}
