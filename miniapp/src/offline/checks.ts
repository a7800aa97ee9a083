import type { Answer, Item, PackPoint } from '../api/types';

type Limit = PackPoint['limits'][string];
type AnswerValue = Answer['value'];

/** An item as it is filled in at one point. */
export interface FillItem extends Item {
  limit: Limit | null;
  last: AnswerValue | null;
}

/** What the officer has put down for one item so far. */
export interface DraftAnswer {
  value?: AnswerValue;
  /** A number as it is being typed. */
  typed?: string;
  note?: string;
  worse?: boolean;
}

export type Look = 'unanswered' | 'normal' | 'abnormal' | 'na';

/** A value this far from the last one is worth a second look, as a share of the last. */
const FAR = 0.5;

/** How an answer looks on the phone. The server judges; this is what can be told before. */
export function lookOf(item: FillItem, answer: DraftAnswer | undefined): Look {
  const value = answer?.value;
  if (value === undefined) return 'unanswered';
  switch (item.type) {
    case 'num':
      if (value === 'na') return 'na';
      return typeof value === 'number' ? (beyond(item, value) === null ? 'normal' : 'abnormal') : 'unanswered';
    case 'choice':
      return (item.options?.find((option) => option.zh === value)?.severity ?? null) === null ? 'normal' : 'abnormal';
    case 'multi':
      return Array.isArray(value) && value.length > 0 ? 'normal' : 'unanswered';
    default:
      return value === 'abnormal' ? 'abnormal' : value === 'na' ? 'na' : 'normal';
  }
}

/** Which limit a number breaks. */
export function beyond(item: FillItem, value: number): { side: 'over' | 'under'; limit: number } | null {
  const { limit } = item;
  if (limit === null) return null;
  if (limit.max !== null && value > limit.max) return { side: 'over', limit: limit.max };
  if (limit.min !== null && value < limit.min) return { side: 'under', limit: limit.min };
  return null;
}

/** Within the limits, but worth a second look: near the limit, or far from the last value. */
export function doubtful(item: FillItem, value: number): 'near' | 'far' | null {
  if (item.warnAbove !== undefined && value > item.warnAbove) return 'near';
  if (typeof item.last !== 'number' || item.last === 0) return null;
  return Math.abs(value - item.last) > FAR * Math.abs(item.last) ? 'far' : null;
}

/** The severity that the rule gives; the server may raise it for repetition. */
export function severityOf(item: FillItem, answer: DraftAnswer | undefined): 'minor' | 'general' | 'major' {
  const chosen = item.options?.find((option) => option.zh === answer?.value)?.severity;
  const base = chosen ?? item.severity ?? 'minor';
  return answer?.worse === true && item.question !== undefined ? item.question.to : base;
}

/** Photos that the item still needs. */
export function photosMissing(item: FillItem, look: Look, taken: number): number {
  // That there is no number to read is shown like the number.
  if (look === 'na') return item.type === 'num' && item.photo === 'always' && taken === 0 ? 1 : 0;
  const needed = item.photo === 'always' || (item.photo === 'on_abnormal' && look === 'abnormal');
  return needed && taken === 0 ? 1 : 0;
}

/** scan is proved by the scan itself; photo is the overview, answered by its picture. */
export const isAnswered = (item: FillItem, look: Look) => item.type === 'photo' || look !== 'unanswered';
export const isShown = (item: FillItem) => item.type !== 'scan';

export interface Gap {
  code: string;
  /** The number shown on the card. */
  number: number;
  what: 'answer' | 'note' | 'photo';
}

/** What is missing before the report can be sent, in the order of the checklist. */
export function gaps(
  items: readonly FillItem[],
  answers: Readonly<Record<string, DraftAnswer>>,
  taken: Readonly<Record<string, readonly string[]>>,
): Gap[] {
  return items.filter(isShown).flatMap((item, index) => {
    const answer = answers[item.code];
    const look = lookOf(item, answer);
    const gap = (what: Gap['what']): Gap => ({ code: item.code, number: index + 1, what });
    if (!isAnswered(item, look)) return [gap('answer')];
    if (look === 'abnormal' && (answer?.note ?? '').trim() === '') return [gap('note')];
    return photosMissing(item, look, taken[item.code]?.length ?? 0) > 0 ? [gap('photo')] : [];
  });
}

/** A typed number; undefined while it is none. Chinese keyboards write 。 and ， for the point. */
export function numberOf(typed: string): number | undefined {
  const text = typed.trim().replace(/[。，,]/g, '.');
  return /^-?\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
}
