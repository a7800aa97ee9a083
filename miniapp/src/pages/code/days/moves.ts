import type { CodeDays } from '../../../api/types';
import { words } from '../words';

type Day = CodeDays['rows'][number];
const say = words.days;

export interface Move {
  day: string;
  from: Day;
  to: Day;
  /** What came and what went, in the words of the rules of that day. */
  reasons: string[];
}

/** The days on which score or colour changed, the newest first, each with what made the difference. */
export function movesOf(days: readonly Day[]): Move[] {
  return days
    .flatMap((to, index): Move[] => {
      const from = days[index - 1];
      if (from === undefined || (from.score === to.score && from.colour === to.colour)) return [];
      return [{ day: to.day, from, to, reasons: reasonsOf(from, to) }];
    })
    .reverse();
}

function reasonsOf(from: Day, to: Day): string[] {
  const tenth = (value: number) => Math.round(value * 10) / 10;
  const before = new Map(from.deductions.map((each) => [each.code, each]));
  const after = new Map(to.deductions.map((each) => [each.code, each]));
  const differences = [...new Set([...after.keys(), ...before.keys()])].map((code) => ({
    what: (after.get(code) ?? before.get(code))?.zh ?? code,
    points: tenth((after.get(code)?.points ?? 0) - (before.get(code)?.points ?? 0)),
  }));
  const reasons = [
    ...(to.vetoes > from.vetoes ? [say.veto] : []),
    ...differences.filter(({ points }) => points > 0).map(({ what, points }) => say.began(what, points)),
    ...differences.filter(({ points }) => points < 0).map(({ what, points }) => say.ended(what, -points)),
    ...(to.vetoes < from.vetoes ? [say.vetoGone] : []),
    ...(to.ruleSetVersion === from.ruleSetVersion ? [] : [say.rules]),
  ];
  // Bonuses are not kept by day: what is left can only be theirs. A colour alone rises when its days are over.
  return reasons.length === 0 && from.score !== to.score ? [say.other] : reasons;
}
