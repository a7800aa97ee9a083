import { shanghaiInstant, shanghaiTime, businessDate, type BusinessDate } from '../../core/clock';
import { fill } from '../../core/fill';
import { kindOf, storedKind } from './kind.table';

/** The messages that WeChat brings to an officer; the keys are the names in the consent ledger. */
export const TEMPLATES = ['dailyList', 'reminder', 'notice'] as const;
export type Template = (typeof TEMPLATES)[number];

/** The two messages of the day. */
interface ListContent {
  template: 'dailyList' | 'reminder';
  title: string;
  /** Tasks that are open. */
  count: number;
  enterprise: string;
  /** Page of the mini-program to open. */
  page: string;
}

/** Anything else that an officer has to hear at once. */
interface NoticeContent {
  template: 'notice';
  title: string;
  body: string;
  page: string;
}

export type PushContent = ListContent | NoticeContent;

/** WeChat's limit for a `thing` field, characters. */
const THING = 20;

/** Makes a text fit a `thing` field: one line without control characters, at most 20 characters, never empty. */
export function thing(text: string): string {
  const line = text.replace(/\p{Cc}+/gu, ' ').trim();
  const characters = [...line];
  if (characters.length === 0) return '—';
  return characters.length <= THING ? line : `${characters.slice(0, THING - 1).join('')}…`;
}

const chineseDate = (date: BusinessDate): string => {
  const [year, month, day] = date.split('-').map(Number);
  return `${year}年${month}月${day}日`;
};

/**
 * The fields of a message. The templates of the WeChat account have thing1 (enterprise), number2 (how many), time3
 * (due), thing4 (hint), that of notices thing1 (what), thing2 (details), time3 (when); their value rules: WeChat's
 * subscribe-message documentation.
 */
export function fieldsOf(content: PushContent, date: BusinessDate, at: Date): Record<string, string> {
  if (content.template === 'notice') {
    return {
      thing1: thing(content.title),
      thing2: thing(content.body),
      time3: `${chineseDate(businessDate(at))} ${shanghaiTime(at)}`,
    };
  }
  return {
    thing1: thing(content.enterprise),
    number2: String(content.count),
    time3: `${chineseDate(date)} 20:00`,
    thing4: content.template === 'dailyList' ? '打开今日任务单，到点位扫码检查' : '还有任务没完成，今晚 20 点截止',
  };
}

/** A notice waits for a quota or for a platform so long; then it is old news, and stands in the app. */
const NOTICE_MS = 48 * 3_600_000;

/** Until when a message of a kind and date is of use on the phone. */
export function usefulUntil(kind: string, date: BusinessDate, createdAt: Date): Date {
  const until = storedKind(kind)?.until;
  return until === undefined ? new Date(createdAt.getTime() + NOTICE_MS) : shanghaiInstant(date, until);
}

/** The same message as it reads inside the app. */
export function inAppText(content: PushContent): { title: string; body: string } {
  if (content.template === 'notice') return content;
  return { title: content.title, body: fill(kindOf(content.template).body, { count: content.count }) };
}
