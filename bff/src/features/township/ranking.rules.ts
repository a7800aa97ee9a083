export interface Rate {
  region: string;
  due: number;
  done: number;
}

export interface Ranking {
  /** 1 is the best; townships with the same share have the same place. */
  place: number;
  of: number;
  /** The county's townships from best to worst, per cent with one decimal; whose is whose is not said, but one's own. */
  rates: { percent: number; own: boolean }[];
}

const percent = ({ due, done }: Rate) => Math.floor((1000 * done) / due) / 10;

/** Where a township stands among those of its county; null when it had nothing to do in the span. */
export function rankingOf(rates: readonly Rate[], own: string): Ranking | null {
  const sorted = rates
    .map((rate) => ({ percent: percent(rate), own: rate.region === own }))
    .sort((a, b) => b.percent - a.percent || Number(b.own) - Number(a.own));
  const mine = sorted.find((rate) => rate.own);
  if (mine === undefined) return null;
  const place = 1 + sorted.filter((rate) => rate.percent > mine.percent).length;
  return { place, of: sorted.length, rates: sorted };
}
