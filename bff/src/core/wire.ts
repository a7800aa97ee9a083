import { z } from 'zod';

/** Pieces that wire schemas share. JSON only: instants as ISO strings in UTC, dates as 'YYYY-MM-DD', ids as strings. */

/** A BIGINT id as digits; at most 18, so that it never overflows. */
export const id = z.string().regex(/^[1-9]\d{0,17}$/);

/** The id as a number, for binding; ids stay below 2^53 for as long as the city has fewer than nine quadrillion rows. */
export const toId = (text: string): number => Number(text);

export const uuid = z.uuid();

/** A calendar date that exists, Asia/Shanghai. */
export const date = z.iso.date();

/** An instant; offsets are allowed on the way in. */
export const instant = z.iso.datetime({ offset: true });

/** Text a person typed: trimmed, not empty, no control or direction-override characters. */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^(?:[\t\n\r]|[^\p{Cc}\u202a-\u202e\u2066-\u2069])*$/u);

export const position = z.strictObject({
  /** Degrees, GCJ-02 as the phones give it. */
  lng: z.number().min(-180).max(180),
  lat: z.number().min(-90).max(90),
  /** Radius in metres within which the phone believes to be. */
  accuracyM: z.number().min(0).max(100_000),
});

/** Keyset paging: rows after `cursor`, `limit` of them. */
export const page = {
  cursor: z.string().max(200).optional(),
  limit: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(z.number().min(1).max(200))
    .optional(),
};

export const pageOf = <T extends z.ZodType>(row: T) => z.object({ rows: z.array(row), next: z.string().nullable() });

/** Field paths that a Zod error complains of; unknown fields are named one by one. */
export function faults(error: z.ZodError, part: string): { field: string; problem: string }[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ field: [part, ...issue.path, key].join('.'), problem: '不认识的字段' }));
    }
    return [{ field: [part, ...issue.path].join('.'), problem: sentence(issue) }];
  });
}

function sentence(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? '缺少这一项' : '类型不对';
    case 'too_big':
      return `超过上限 ${String(issue.maximum)}`;
    case 'too_small':
      return `低于下限 ${String(issue.minimum)}`;
    case 'invalid_format':
      return '格式不对';
    case 'invalid_value':
      return '不在可选范围内';
    default:
      return '内容不符合要求';
  }
}

const MOST_LEVELS = 100;
/** A surrogate by itself: with the u flag a pair is one character of another kind. */
const HALF = /\p{Cs}/u;
const HALVES = /\p{Cs}/gu;

/** Fields with half a character (a surrogate without its other half): no database and no signature can keep it. */
export function halfCharacters(value: unknown, path: readonly string[]): { field: string; problem: string }[] {
  if (typeof value === 'string') {
    return !HALF.test(value) ? [] : [{ field: path.join('.'), problem: '有不完整的字符，请删去后重新输入' }];
  }
  if (typeof value !== 'object' || value === null) return [];
  // None of our forms is nested nearly as deep; the stack has an end.
  if (path.length > MOST_LEVELS) return [{ field: path.slice(0, 5).join('.'), problem: '层数太多' }];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...halfCharacters(key, [...path, key.replace(HALVES, '\ufffd')]),
    ...halfCharacters(inner, [...path, key.replace(HALVES, '\ufffd')]),
  ]);
}
