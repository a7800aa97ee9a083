import type { Item } from '../../bff/src/features/checklists';

/** SQL that makes up the answers of one report, in the form that the report service stores them. */
export interface AnswersSql {
  answers: string;
  /** Number of abnormal answers. */
  abnormal: string;
  /** Worst severity as text, or NULL. */
  worst: string;
}

/** Abnormal answers per thousand, by behaviour. */
const ABNORMAL_RATE =
  "CASE b.behaviour WHEN 'failing' THEN 14 WHEN 'recovering' THEN 9 WHEN 'hurried' THEN 2 ELSE 4 END";

/** A repeatable number in [0, 1) per task and item. */
const roll = (code: string, salt: string) => `(CRC32(CONCAT('${salt}', t.id, '${code}')) / 4294967296)`;
const setting = (key: string) => `CAST(JSON_EXTRACT(p.settings, '$.${key}') AS DECIMAL(12, 3))`;

/** Expressions over task t, point p, limit profile f, behaviour b, enterprise e. */
export function answersSql(items: readonly Item[]): AnswersSql {
  const asked = items.filter((item) => item.type !== 'scan' && item.type !== 'photo');
  const bad = (item: Item) => `(${condition(item)} AND ${isAbnormal(item)})`;
  const ofSeverity = (severity: string) =>
    asked
      .filter((item) => severityOf(item) === severity)
      .map(bad)
      .join(' OR ') || 'FALSE';
  return {
    answers: `CONCAT('[', CONCAT_WS(',', ${asked.map((item) => `IF(${condition(item)}, ${answerSql(item)}, NULL)`).join(', ')}), ']')`,
    abnormal: asked.map(bad).join(' + '),
    worst: `CASE WHEN ${ofSeverity('major')} THEN 'major' WHEN ${ofSeverity('general')} THEN 'general' WHEN ${ofSeverity('minor')} THEN 'minor' END`,
  };
}

function condition({ when }: Item): string {
  const parts: string[] = [];
  if (when?.industry !== undefined) parts.push(`e.industry = '${when.industry}'`);
  if (when?.device !== undefined) parts.push(`JSON_CONTAINS(p.settings, '"${when.device}"', '$.devices')`);
  // At points that are inspected less often than half of it, the next time would be too late: each time, then.
  if (when?.everyDays !== undefined) {
    const nth = 'DATEDIFF(t.task_date, p.anchor_date) DIV p.interval_days';
    parts.push(`MOD(${nth}, GREATEST(1, ${when.everyDays} DIV p.interval_days)) = 0`);
  }
  return parts.length === 0 ? 'TRUE' : `(${parts.join(' AND ')})`;
}

/** Major matters are a tenth as frequent as the others; what has no limit at this point cannot break it. */
function isAbnormal(item: Item): string {
  if (item.type === 'multi') return 'FALSE';
  const rate = severityOf(item) === 'major' ? `(${ABNORMAL_RATE}) / 10` : ABNORMAL_RATE;
  const hit = `${roll(item.code, 'bad')} * 1000 < ${rate}`;
  if (item.type !== 'num') return `(${hit})`;
  const { min, max } = limits(item);
  return min === 'NULL' && max === 'NULL' ? 'FALSE' : `(${hit} AND COALESCE(${max}, ${min}) IS NOT NULL)`;
}

function severityOf(item: Item): string | null {
  if (item.type === 'choice') return item.options?.find((option) => option.severity !== null)?.severity ?? null;
  return item.severity;
}

/** Limits as SQL, with NULL for none. History and cross-item limits need more rows than one and stay open. */
function limits({ code, range }: Item): { min: string; max: string } {
  const text = (value: number | undefined) => (value === undefined ? 'NULL' : String(value));
  switch (range?.from) {
    case 'fixed':
      return { min: text(range.min), max: text(range.max) };
    case 'profile': {
      const of = (end: string) => `CAST(JSON_EXTRACT(f.limits, '$.${code}.${end}') AS DECIMAL(12, 3))`;
      return { min: of('min'), max: of('max') };
    }
    case 'setting': {
      const scaled = (key: string | undefined, factor: number | undefined) =>
        key === undefined ? undefined : `ROUND(${setting(key)} * ${factor ?? 1}, 3)`;
      const high = scaled(range.maxKey, range.maxFactor);
      const max =
        high === undefined
          ? text(range.max)
          : `COALESCE(LEAST(${high}, ${range.max ?? 1e9}), ${text(range.fallbackMax)})`;
      return { min: scaled(range.minKey, range.minFactor) ?? text(range.min), max };
    }
    default:
      return { min: 'NULL', max: 'NULL' };
  }
}

function answerSql(item: Item): string {
  const bad = isAbnormal(item);
  const fields = (value: string, reason: string, limit: string) =>
    `JSON_OBJECT('code', '${item.code}', 'value', ${value}, 'state', IF(${bad}, 'abnormal', 'normal'),
      'severity', IF(${bad}, ${quoted(severityOf(item))}, NULL), 'reason', IF(${bad}, ${reason}, NULL), 'limit', ${limit})`;
  switch (item.type) {
    case 'choice': {
      const good = item.options?.find((option) => option.severity === null)?.zh ?? '';
      const worse = item.options?.find((option) => option.severity !== null)?.zh ?? '';
      return fields(`IF(${bad}, '${worse}', '${good}')`, `'选择了“${worse}”'`, 'NULL');
    }
    case 'multi':
      return fields(`JSON_ARRAY('900-039-49')`, 'NULL', 'NULL');
    case 'num': {
      const { min, max } = limits(item);
      const basis = `'basis', ${quoted(item.basis)}, 'basisTag', '${item.basisTag}'`;
      const limit = min === 'NULL' && max === 'NULL' ? 'NULL' : `JSON_OBJECT('min', ${min}, 'max', ${max}, ${basis})`;
      const value = numberSql(item, min, max, bad);
      return fields(value, `CONCAT(${value}, '${item.unit ?? ''}，超出限值')`, limit);
    }
    default:
      return fields(`IF(${bad}, 'abnormal', 'ok')`, `'现场检查为异常'`, 'NULL');
  }
}

/** A believable number: between the limits, well below the upper or above the lower one; beyond it when abnormal. */
function numberSql(item: Item, min: string, max: string, bad: string): string {
  const part = roll(item.code, 'value');
  const free = `ROUND(20 + 30 * ${part}, 1)`;
  if (min === 'NULL' && max === 'NULL') return free;
  const inside =
    max === 'NULL'
      ? `ROUND(${min} * (1.05 + 0.3 * ${part}) + 0.1, 1)`
      : min === 'NULL' || min === '0'
        ? `ROUND(${max} * (0.3 + 0.55 * ${part}), 2)`
        : `ROUND(${min} + (${max} - ${min}) * (0.25 + 0.5 * ${part}), 2)`;
  const outside = max === 'NULL' ? `ROUND(${min} * 0.9 - 0.1, 2)` : `ROUND(${max} * 1.15 + 0.1, 2)`;
  return `COALESCE(IF(${bad}, ${outside}, ${inside}), ${free})`;
}

function quoted(text: string | null): string {
  return text === null ? 'NULL' : `'${text.replace(/'/g, "''")}'`;
}
