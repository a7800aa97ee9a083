import { words } from '../words';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

interface Pressing {
  state: string;
  severity: string;
  dueAt: string;
  containDueAt: string | null;
  containedAt: string | null;
}

/**
 * What is due next of an open finding: a major one is contained first (24 hours), then corrected. Until when, and how
 * much time is left, in words. Soon: less than a day.
 */
export function dueNext(
  finding: Pressing,
  now: Date,
): ReturnType<typeof timeLeft> & { dueAt: string; contain: boolean } {
  const { containDueAt, containedAt, dueAt } = finding;
  const contain =
    finding.state === 'open' && finding.severity === 'major' && containedAt === null && containDueAt !== null;
  if (!contain) return { ...timeLeft(dueAt, now), dueAt, contain: false };
  const hours = (Date.parse(containDueAt) - now.getTime()) / HOUR_MS;
  const over = hours < 0;
  const text = over ? words.findings.containOver : words.findings.containLeft(Math.max(1, Math.floor(hours)));
  return { text, over, soon: !over, dueAt: containDueAt, contain: true };
}

/** How much time is left until a deadline, in words. Soon: less than a day. */
export function timeLeft(dueAt: string, now: Date): { text: string; over: boolean; soon: boolean } {
  const hours = (Date.parse(dueAt) - now.getTime()) / HOUR_MS;
  if (hours < 0) return { text: words.findings.over(Math.floor(-hours / DAY_HOURS)), over: true, soon: false };
  const whole = Math.floor(hours);
  return {
    text: words.findings.left(Math.floor(whole / DAY_HOURS), whole % DAY_HOURS),
    over: false,
    soon: hours < DAY_HOURS,
  };
}
