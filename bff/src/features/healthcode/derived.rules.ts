import { DAY_MS, localDay } from './day.rules';
import type { Fact } from './fact.rules';
import type { RuleSetBody } from './ruleset.schema';

/*
 * Deductions that follow from several facts. One comes of every day (or fact) that has enough before it, never of a row
 * as a whole: so that one more fact can only add deductions, and the rule's cap says how many of them count.
 */

type Derived = NonNullable<RuleSetBody['rules'][number]['derived']>;

/** What follows from facts that hold, whatever their order. */
export function derivedFacts(facts: readonly Fact[], { rules }: RuleSetBody): Fact[] {
  return rules.flatMap(({ code, derived }) => {
    if (derived === undefined) return [];
    const from = facts.filter((fact) => fact.code === derived.from && fact.group !== undefined);
    if (from.length < derived.atLeast) return [];
    return derived.kind === 'in_a_row' ? inARow(code, derived, from) : repeated(code, derived, from);
  });
}

interface Day {
  first: number;
  last: number;
  ids: number[];
  type: string;
}

/** The group of these facts is a calendar date. */
function inARow(code: string, { atLeast }: Derived, facts: readonly Fact[]): Fact[] {
  const days = new Map<number, Day>();
  for (const { group = '', occurredAt, rows } of facts) {
    const number = Math.round(Date.parse(`${group}T00:00:00Z`) / DAY_MS);
    const day = days.get(number);
    if (day === undefined) {
      days.set(number, { first: occurredAt, last: occurredAt, ids: [...rows.ids], type: rows.type });
      continue;
    }
    day.first = Math.min(day.first, occurredAt);
    day.last = Math.max(day.last, occurredAt);
    day.ids.push(...rows.ids);
  }
  return [...days.keys()].flatMap((number) => {
    const row = Array.from({ length: atLeast }, (_, back) => days.get(number - back));
    if (!row.every((day) => day !== undefined)) return [];
    const date = new Date(number * DAY_MS).toISOString().slice(0, 10);
    return [
      follow(`${code}:day:${date}`, code, {
        occurredAt: Math.max(...row.map(({ first }) => first)),
        lastAt: Math.max(...row.map(({ last }) => last)),
        rows: { type: row[0]?.type ?? 'task', ids: row.flatMap(({ ids }) => ids) },
      }),
    ];
  });
}

function repeated(code: string, derived: Derived, facts: readonly Fact[]): Fact[] {
  if (derived.kind !== 'repeated') return [];
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) groups.set(fact.group ?? '', [...(groups.get(fact.group ?? '') ?? []), fact]);
  return [...groups.values()].flatMap((group) => {
    const sorted = [...group].sort((one, other) => one.occurredAt - other.occurredAt || (one.key < other.key ? -1 : 1));
    return sorted.flatMap((fact, index) => {
      const first = sorted[index + 1 - derived.atLeast];
      if (first === undefined) return [];
      if (localDay(fact.occurredAt) - localDay(first.occurredAt) >= derived.withinDays) return [];
      const row = sorted.slice(index + 1 - derived.atLeast, index + 1);
      return [
        follow(`${code}:${fact.key}`, code, {
          occurredAt: fact.occurredAt,
          rows: { type: fact.rows.type, ids: row.flatMap(({ rows }) => rows.ids) },
        }),
      ];
    });
  });
}

function follow(key: string, code: string, given: Pick<Fact, 'occurredAt' | 'rows'> & { lastAt?: number }): Fact {
  const { rows } = given;
  return {
    key,
    code,
    ...given,
    rows: { type: rows.type, ids: rows.ids.sort((one, other) => one - other) },
    endedAt: null,
    restoredAt: null,
    disputedAt: null,
    decidedAt: null,
    cancelledAt: null,
  };
}
