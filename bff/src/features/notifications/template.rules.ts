/** The two messages of the day; the keys are the names in the consent ledger. */
export const TEMPLATES = ['dailyList', 'reminder'] as const;
export type Template = (typeof TEMPLATES)[number];

export interface PushContent {
  template: Template;
  title: string;
  /** Tasks that are open. */
  count: number;
  enterprise: string;
  /** Page of the mini-program to open. */
  page: string;
}

/** WeChat's limit for a `thing` field, characters. */
const THING = 20;

/** Makes a text fit a `thing` field: one line without control characters, at most 20 characters, never empty. */
export function thing(text: string): string {
  const line = text.replace(/\p{Cc}+/gu, ' ').trim();
  const characters = [...line];
  if (characters.length === 0) return '—';
  return characters.length <= THING ? line : `${characters.slice(0, THING - 1).join('')}…`;
}

/**
 * The fields of a message. The templates of the WeChat account have thing1 (enterprise), number2 (how many), time3
 * (due), thing4 (hint); their value rules: WeChat's subscribe-message documentation.
 */
export function templateFields(content: PushContent, date: string): Record<string, string> {
  const [year, month, day] = date.split('-').map(Number);
  return {
    thing1: thing(content.enterprise),
    number2: String(content.count),
    time3: `${year}年${month}月${day}日 20:00`,
    thing4: content.template === 'dailyList' ? '打开今日任务单，到点位扫码检查' : '还有任务没完成，今晚 20 点截止',
  };
}

/** The same message as it reads inside the app. */
export function inAppText(content: PushContent): { title: string; body: string } {
  const body =
    content.template === 'dailyList'
      ? `今天有 ${content.count} 个点位要检查，20:00 前完成。`
      : `还有 ${content.count} 个点位没有检查，20:00 截止，最迟明天 10:00 前补报。`;
  return { title: content.title, body };
}
