import type { Context } from 'koa';

/** What a partner agency's client may be allowed to do. */
export const PARTNER_SCOPES = ['code:read', 'grade:read', 'detail:read', 'benefit:read', 'webhook'] as const;
export type PartnerScope = (typeof PARTNER_SCOPES)[number];

/** What partner agencies decide on by code and grade: loans, tax rebates, the price of electricity, awards. */
export const AGENCIES = ['loan', 'tax', 'power', 'awards'] as const;
export type Agency = (typeof AGENCIES)[number];

/** A client of a partner agency. Not a person: it has no role and signs in nowhere. */
export interface Partner {
  readonly clientId: number;
  readonly clientKey: string;
  readonly name: string;
  readonly agency: Agency;
  /** Of its token, not of its registration. */
  readonly scopes: readonly PartnerScope[];
  /** Enterprises outside this region do not exist for it. */
  readonly regionPrefix: string;
  readonly dailyQuota: number;
  readonly perSecond: number;
}

export interface Partners {
  /**
   * The client behind the request, whose token carries `scope`; the call is counted against its limits, and the answer
   * gets the headers that tell them. Throws AUTH problems, PARTNER.SCOPE_MISSING and those of the limits.
   */
  admit(ctx: Context, scope: PartnerScope): Promise<Partner>;
}
