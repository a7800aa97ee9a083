/** Tokens that are left of a client's calls a second, at an instant. */
export interface Bucket {
  left: number;
  /** Monotonic, ms. */
  at: number;
}

/** The bucket some time later: it fills with `perSecond` tokens a second, up to as many. */
export function refilled(bucket: Bucket | undefined, perSecond: number, at: number): Bucket {
  if (bucket === undefined) return { left: perSecond, at };
  return { left: Math.min(perSecond, bucket.left + ((at - bucket.at) / 1000) * perSecond), at };
}

interface Limits {
  perSecond: number;
  dailyQuota: number;
  /** Left of each. */
  calls: number;
  enterprises: number;
  /** Seconds to the end of the business day. */
  dayS: number;
}

/** The headers of draft-ietf-httpapi-ratelimit-headers: what holds, and what is left of it. */
export function limitHeaders({ perSecond, dailyQuota, calls, enterprises, dayS }: Limits): Record<string, string> {
  return {
    'ratelimit-policy': `"second";q=${perSecond};w=1, "day";q=${dailyQuota};w=86400`,
    ratelimit: `"second";r=${Math.max(0, Math.floor(calls))};t=1, "day";r=${Math.max(0, enterprises)};t=${dayS}`,
  };
}
