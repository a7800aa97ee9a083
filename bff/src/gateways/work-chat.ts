/** The officials' chat: DingTalk, or 浙政钉 where the county uses it. Which one is configuration. */
export interface WorkChatClient {
  readonly kind: 'dingtalk' | 'zwdd';
  /** Exchanges the code that the chat app gave (single use, 5 min). Throws GatewayError. */
  identify(code: string): Promise<WorkChatUser>;
}

export interface WorkChatUser {
  /** userid (DingTalk) or accountId (浙政钉). */
  subject: string;
  unionId?: string;
  name: string;
  /** Absent where the platform does not tell it. */
  mobile?: string;
}
