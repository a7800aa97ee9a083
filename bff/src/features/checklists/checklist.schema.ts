import { z } from 'zod';
import { date, id, text, uuid } from '../../core/wire';

export const severity = z.enum(['minor', 'general', 'major']);
export type Severity = z.infer<typeof severity>;

/** How sure we are that a limit is law: S read in a source, K general knowledge, S/K mixed, O our own design value. */
const basisTag = z.enum(['S', 'K', 'S/K', 'O']);

const number = z.number().min(-1e9).max(1e9);
const key = z.string().regex(/^[a-z][A-Za-z0-9]{1,39}$/);

/** Where the normal range of a number comes from. */
const range = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('fixed'), min: number.optional(), max: number.optional() }),
  /** The limit profile of the outlet; the permit's own value (settings.limits) wins. */
  z.strictObject({ from: z.literal('profile') }),
  /** A value of the point's settings times a factor; `min` and `max` bound it, `fallbackMax` stands in when it is not set. */
  z.strictObject({
    from: z.literal('setting'),
    minKey: key.optional(),
    minFactor: number.optional(),
    maxKey: key.optional(),
    maxFactor: number.optional(),
    min: number.optional(),
    max: number.optional(),
    fallbackMax: number.optional(),
  }),
  /**
   * The median of the point's last 30 days times a factor. `per`: of what was used for each unit of another answer of the
   * same report, so that a busy day is not held against a quiet one.
   */
  z.strictObject({
    from: z.literal('history'),
    minFactor: number.optional(),
    maxFactor: number.optional(),
    per: z.string().max(12).optional(),
  }),
  /** Another answer of the same report times a setting. */
  z.strictObject({ from: z.literal('item'), item: z.string().max(12), factorKey: key, minFactor: number }),
]);

/** Raises the severity: beyond an absolute value, beyond the limit times a factor, or abnormal so often in a row. */
const escalation = z.strictObject({
  to: severity,
  below: number.optional(),
  above: number.optional(),
  aboveFactor: number.optional(),
  consecutive: z.number().int().min(2).max(10).optional(),
});

export const item = z.strictObject({
  code: z.string().regex(/^[A-Z]{1,3}\d{2}$/),
  zh: text(80),
  en: text(120),
  /** scan and photo are the system's own items: filled by scanning the door and by the overview photo. */
  type: z.enum(['ok', 'ok_na', 'num', 'choice', 'multi', 'scan', 'photo']),
  /** The normal range in words, as the source table has it. */
  normal: z.string().max(120).optional(),
  unit: z.string().max(20).optional(),
  range: range.optional(),
  /**
   * What stands in place of a number where there is none to read: the plant stands still, the pool is dry. Answered 'na'
   * and said with a photo where the item wants one; said `longest` times in a row it is a minor matter by itself.
   */
  absent: z
    .strictObject({ zh: text(20), en: text(60), longest: z.number().int().min(2).max(20).optional() })
    .optional(),
  /** A value above this is still normal, but the phone says that the limit is near. */
  warnAbove: number.optional(),
  /** Options in order; null is normal. */
  options: z
    .array(z.strictObject({ zh: text(40), severity: severity.nullable() }))
    .min(2)
    .max(20)
    .optional(),
  photo: z.enum(['always', 'on_abnormal', 'none']),
  /** Severity of an abnormal answer; null for items that cannot be abnormal. */
  severity: severity.nullable(),
  escalate: z.array(escalation).max(5).optional(),
  /** Asked when the answer is abnormal; yes raises the severity. */
  question: z.strictObject({ zh: text(40), en: text(80), to: severity }).optional(),
  /** The item is shown only at points it is meant for, and only so often. */
  when: z
    .strictObject({
      industry: text(40).optional(),
      device: z.string().max(20).optional(),
      everyDays: z.number().int().min(2).max(365).optional(),
    })
    .optional(),
  help: z.string().max(400).optional(),
  basis: z.string().max(120),
  basisTag,
});
export type Item = z.infer<typeof item>;

const items = z
  .array(item)
  .min(1)
  .max(60)
  .superRefine((list, context) => {
    const seen = new Set<string>();
    for (const [index, each] of list.entries()) {
      const fault = itemFault(each, list) ?? (seen.has(each.code) ? 'code' : undefined);
      if (fault !== undefined) context.addIssue({ code: 'custom', path: [index, fault], message: 'inconsistent' });
      seen.add(each.code);
    }
  });

/** The field of an item that contradicts its type. */
function itemFault(each: Item, list: readonly Item[]): keyof Item | undefined {
  if (each.type === 'num' && (each.range === undefined || each.unit === undefined)) return 'range';
  if (each.type !== 'num' && (each.range !== undefined || each.warnAbove !== undefined)) return 'range';
  if (each.type !== 'num' && each.absent !== undefined) return 'absent';
  if ((each.type === 'choice') !== (each.options !== undefined)) return 'options';
  if (each.options?.every((option) => option.severity !== null) === true) return 'options';
  if (['ok', 'ok_na', 'num'].includes(each.type) && each.severity === null) return 'severity';
  const { range: limits } = each;
  if (limits?.from === 'fixed' && limits.min !== undefined && limits.max !== undefined && limits.min > limits.max)
    return 'range';
  const other = limits?.from === 'item' ? limits.item : limits?.from === 'history' ? limits.per : undefined;
  if (other !== undefined && !list.some(({ code, type }) => code === other && type === 'num')) return 'range';
  return undefined;
}

export const newChecklist = z.strictObject({
  clientUuid: uuid,
  pointType: z.string().regex(/^[A-Z]{2,4}$/),
  effectiveFrom: date,
  note: text(200),
  items,
});

export const checklistAnswer = z.object({
  id,
  pointType: z.string(),
  version: z.number(),
  note: z.string(),
  effectiveFrom: date,
  items: z.array(item),
});

export const checklistRows = z.object({
  rows: z.array(
    z.object({
      id,
      pointType: z.string(),
      typeName: z.string(),
      typeNameEn: z.string(),
      version: z.number(),
      note: z.string(),
      effectiveFrom: date,
      current: z.boolean(),
    }),
  ),
});

const limit = z.object({ min: z.number().optional(), max: z.number().optional(), basisTag, basis: z.string() });
export const profileLimits = z.record(z.string(), limit);
export type ProfileLimits = z.infer<typeof profileLimits>;

export const profileRows = z.object({
  rows: z.array(z.object({ code: z.string(), zh: z.string(), en: z.string(), limits: profileLimits })),
});

/** One answer of a report as the phone sends it. */
export const answer = z.strictObject({
  code: z.string().max(12),
  /** ok types: 'ok', 'abnormal', 'na'; num: a number, or 'na' where the item has something that stands in its place; choice: the option; multi: a list of codes. */
  value: z.union([z.number().min(-1e9).max(1e9), text(60), z.array(text(60)).max(50)]),
  /** What the officer saw; asked for when the answer is abnormal. */
  note: text(500).optional(),
  /** Answer to the item's question. */
  worse: z.boolean().optional(),
});
export type Answer = z.infer<typeof answer>;
