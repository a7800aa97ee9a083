import type { BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { Core, Feature } from '../../core/feature';
import type { WechatClient } from '../../gateways/wechat';

export interface NewNotice {
  personId: number;
  /** Kind of message; together with date and subject it is sent once. */
  kind: string;
  date: BusinessDate;
  subject?: string;
  title: string;
  body: string;
  /** Page of the mini-program to open, without a leading slash. */
  page?: string;
}

/** Queues notices that are shown inside the app. A repeat (same person, kind, date, subject) changes nothing. */
export async function notifyInApp(_tx: Tx, _notices: readonly NewNotice[], _now: Date): Promise<void> {}

export function buildNotifications(_core: Core, _wechat: WechatClient): Feature {
  return { endpoints: [] };
}
