import { randomBytes } from 'node:crypto';
import type { Clock } from '../../bff/src/core/clock';

/** Login codes of all these platforms live for 5 minutes and work once. */
const LIFE_MS = 5 * 60_000;

export type CodeUse = { state: 'good'; owner: string } | { state: 'unknown' } | { state: 'used' };

export class OneTimeCodes {
  private readonly codes = new Map<string, { owner: string; until: number; used: boolean }>();

  constructor(private readonly clock: Clock) {}

  issue(owner: string): string {
    const code = randomBytes(16).toString('hex');
    this.codes.set(code, { owner, until: this.clock.now().getTime() + LIFE_MS, used: false });
    return code;
  }

  /** Uses a code up. An expired one reads as unknown, as the platforms say it. */
  use(code: unknown): CodeUse {
    const known = this.codes.get(String(code));
    if (known === undefined || known.until <= this.clock.now().getTime()) return { state: 'unknown' };
    if (known.used) return { state: 'used' };
    known.used = true;
    return { state: 'good', owner: known.owner };
  }
}
