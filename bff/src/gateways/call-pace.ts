/** Turns for calls to a platform: how many a second, shared by all instances, and none while a quota is used up. */
export interface CallPace {
  /**
   * Resolves when a call to the interface may be made, and counts it. Throws GatewayError (retryable) 'paced' when it
   * would have to wait for longer than callers have patience, 'closed' while a quota is used up.
   */
  turn(system: 'wechat' | 'dingtalk' | 'zwdd', api: string): Promise<void>;
  /** No calls to the interface until then. */
  close(system: 'wechat' | 'dingtalk' | 'zwdd', api: string, until: Date): Promise<void>;
}

/** Whoever calls a platform alone, with no limit in sight. */
export const unpaced: CallPace = { turn: () => Promise.resolve(), close: () => Promise.resolve() };
