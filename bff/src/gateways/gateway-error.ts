/** Another system refused or did not answer. `retryable` says whether trying again later can help. */
export class GatewayError extends Error {
  constructor(
    readonly system: 'wechat' | 'dingtalk' | 'zwdd' | 'oss',
    /** The platform's own code, or 'network' / 'http_503' and the like. */
    readonly code: number | string,
    message: string,
    readonly retryable: boolean,
  ) {
    super(`${system} ${code}: ${message}`);
    this.name = 'GatewayError';
  }
}
