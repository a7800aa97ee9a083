/** What a refusal says of its end: too many calls within this span. */
export type Quota = 'second' | 'minute' | 'day' | 'month';

/**
 * Another system refused or did not answer. `retryable` says whether trying again later can help, `quota` when: a call
 * that was refused for its number was not carried out.
 */
export class GatewayError extends Error {
  constructor(
    readonly system: 'wechat' | 'dingtalk' | 'zwdd' | 'oss',
    /** The platform's own code, or 'network' / 'http_503' and the like. */
    readonly code: number | string,
    message: string,
    readonly retryable: boolean,
    readonly quota?: Quota,
  ) {
    super(`${system} ${code}: ${message}`);
    this.name = 'GatewayError';
  }
}
