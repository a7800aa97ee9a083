/** The interface of subscribe messages, by which calls to it are counted. */
export const SUBSCRIBE_SEND = '/cgi-bin/message/subscribe/send';

/** What this system needs of WeChat's server API. */
export interface WechatClient {
  /** Exchanges the code of wx.login (single use, 5 min). Throws GatewayError: 40029, 40163, 40226 … */
  session(code: string): Promise<{ openid: string; unionid?: string }>;
  /** Exchanges the code of a getPhoneNumber button (not the login code) for the mainland number without country code. */
  phoneNumber(code: string): Promise<string>;
  /** Sends one subscribe message; throws GatewayError with the platform's errcode when it was not accepted. */
  sendSubscribeMessage(message: SubscribeMessage): Promise<void>;
}

export interface SubscribeMessage {
  openid: string;
  templateId: string;
  /** Page to open, without a leading slash. */
  page: string;
  /** Field name of the template, e.g. thing1, to its value. */
  data: Record<string, string>;
}
