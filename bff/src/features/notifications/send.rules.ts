/** What to do after the platform refused a message. */
export type NextStep =
  | { do: 'retry'; afterS: number }
  /** Nobody accepted this message: the ledger is wrong about the consent. */
  | { do: 'no_consent' }
  /** Trying again cannot help: a person has to look at it. */
  | { do: 'dead' };

const WAITS_S = [10, 60, 300, 900, 1800];
/** The quota of a minute has run out: try in the next one. WeChat's, then DingTalk's. */
const MINUTE_QUOTA = new Set([44991, 45009, 143103, 143104]);

interface Refusal {
  code: number | string;
  retryable: boolean;
}

/** Seconds until the attempt after this many; undefined when trying again cannot help or was the last time. */
export function retryAfterS({ code, retryable }: Refusal, attempts: number): number | undefined {
  const wait = retryable ? WAITS_S[attempts - 1] : undefined;
  return wait !== undefined && typeof code === 'number' && MINUTE_QUOTA.has(code) ? Math.max(wait, 60) : wait;
}

/**
 * The step after a failed attempt, by the platform's code (reference: WeChat's subscribe message errors). 43101 means
 * that the user has no consent left; only what the client calls retryable is tried again, five times at most.
 */
export function nextStep(code: number | string, retryable: boolean, attempts: number): NextStep {
  if (code === 43101) return { do: 'no_consent' };
  const afterS = retryAfterS({ code, retryable }, attempts);
  return afterS === undefined ? { do: 'dead' } : { do: 'retry', afterS };
}
