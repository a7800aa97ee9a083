/** What to do after the platform refused a message. */
export type NextStep =
  | { do: 'retry'; afterS: number }
  /** Nobody accepted this message: the ledger is wrong about the consent. */
  | { do: 'no_consent' }
  /** Trying again cannot help: a person has to look at it. */
  | { do: 'dead' };

const WAITS_S = [10, 60, 300, 900, 1800];
/** The quota of a minute has run out: try in the next one. */
const MINUTE_QUOTA = new Set([44991, 45009]);

/**
 * The step after a failed attempt, by the platform's code (reference: WeChat's subscribe message errors). 43101 means
 * that the user has no consent left; only what the client calls retryable is tried again, five times at most.
 */
export function nextStep(code: number | string, retryable: boolean, attempts: number): NextStep {
  if (code === 43101) return { do: 'no_consent' };
  const wait = WAITS_S[attempts - 1];
  if (!retryable || wait === undefined) return { do: 'dead' };
  return { do: 'retry', afterS: typeof code === 'number' && MINUTE_QUOTA.has(code) ? Math.max(wait, 60) : wait };
}
