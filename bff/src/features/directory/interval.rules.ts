/** Days between inspections of a point, and what decided it. */
export interface Interval {
  days: number;
  basis: 'default' | 'risk' | 'permit';
}

/**
 * The effective interval: what the permit asks for wins; else the default of the point type times the risk factor of
 * the enterprise, at least 1 day and at most twice the default (domain.md §E6).
 */
export function effectiveInterval(defaultDays: number, riskFactor: number, permitDays: number | null): Interval {
  if (permitDays !== null) return { days: permitDays, basis: 'permit' };
  const days = Math.min(Math.max(Math.round(defaultDays * riskFactor), 1), 2 * defaultDays);
  return { days, basis: days === defaultDays ? 'default' : 'risk' };
}
