import { words } from '../words';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

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
