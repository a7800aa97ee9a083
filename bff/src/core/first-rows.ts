import { scopeCondition, type Scope } from './actor';
import type { SqlValue, Statement, Tx } from './database';

/**
 * The first rows of a table that grows with every day, within a scope. Left to itself the server joins the scope's
 * enterprises first, reads everything they ever had, and sorts it. Here rows come in the order of an index, from either
 * end of it, and reading stops when the page is full: what a page costs does not depend on how much lies behind it.
 */
export interface FirstRows {
  /** A table with the columns `id` and `enterprise_id`. */
  table: string;
  /** The column that it is listed by; `id` decides between equals. */
  by: string;
  direction: 'ASC' | 'DESC';
  /** Conditions on `t`, exactly one of which holds for each row, each with the index that has its rows in order of `by`. */
  parts: readonly (Statement & { index: string })[];
  /** The same within one enterprise, where an index (`enterprise_id`, the condition's columns, `by`) has them in order. */
  ownParts: readonly Statement[];
  /** What else must hold on `t`. */
  filter?: Statement | undefined;
  /** Only rows of this one enterprise. */
  enterpriseId?: number | undefined;
  /** Rows behind this one. */
  after?: { value: SqlValue; id: number } | undefined;
  limit: number;
}

/** Branches of one statement at most. A scope of more enterprises has rows often enough to be read in the order of time. */
const MOST_BRANCHES = 120;

/** A part of everything, where the index of `by` alone has all rows in order. */
export const EVERY_ROW: Statement = { sql: 'TRUE', values: [] };

/** Ids of the first rows within the scope, in order. */
export async function firstRows(tx: Tx, scope: Scope, wanted: FirstRows): Promise<number[]> {
  const { direction, limit } = wanted;
  const most = Math.floor(MOST_BRANCHES / wanted.ownParts.length);
  const enterprises = await enterprisesWithin(tx, scope, wanted.enterpriseId, most + 1);
  if (enterprises.length === 0) return [];
  const branches =
    enterprises.length > most
      ? wanted.parts.map((part) => acrossScope(scope, wanted, part))
      : enterprises.flatMap((id) => wanted.ownParts.map((part) => ofEnterprise(id, wanted, part)));
  const rows = await tx.query<{ id: number }>(
    `SELECT x.id FROM (${branches.map(({ sql }) => `(${sql})`).join(' UNION ALL ')}) x
     ORDER BY x.at ${direction}, x.id ${direction} LIMIT ?`,
    [...branches.flatMap(({ values }) => values), limit],
  );
  return rows.map(({ id }) => id);
}

/** Rows in the order of their ids in `ids`. */
export function inOrder<T extends { id: number }>(ids: readonly number[], rows: readonly T[]): T[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** All of these conditions, or what always holds. */
export function allOf(conditions: readonly Statement[]): Statement {
  return {
    sql: ['TRUE', ...conditions.map(({ sql }) => sql)].join(' AND '),
    values: conditions.flatMap(({ values }) => values),
  };
}

/** The enterprises of the scope, `most` at most. */
async function enterprisesWithin(
  tx: Tx,
  scope: Scope,
  only: number | undefined,
  most: number,
): Promise<readonly number[]> {
  const within = scopeCondition(scope);
  const one = only === undefined ? EVERY_ROW : { sql: 'e.id = ?', values: [only] };
  const rows = await tx.query<{ id: number }>(
    `SELECT e.id FROM enterprise e WHERE ${within.sql} AND ${one.sql} LIMIT ?`,
    [...within.values, ...one.values, most],
  );
  return rows.map(({ id }) => id);
}

function ofEnterprise(enterpriseId: number, wanted: FirstRows, part: Statement): Statement {
  return branch(wanted, part, `${wanted.table} t`, { sql: 't.enterprise_id = ?', values: [enterpriseId] });
}

/** STRAIGHT_JOIN: the table first, in the order of the index, each row's enterprise only to see whether it is in scope. */
function acrossScope(scope: Scope, wanted: FirstRows, part: FirstRows['parts'][number]): Statement {
  const from = `${wanted.table} t FORCE INDEX (${part.index}) STRAIGHT_JOIN enterprise e ON e.id = t.enterprise_id`;
  return branch(wanted, part, from, scopeCondition(scope));
}

function branch(wanted: FirstRows, part: Statement, from: string, where: Statement): Statement {
  const { by, direction, after, limit } = wanted;
  const filter = wanted.filter ?? EVERY_ROW;
  const beyond = direction === 'ASC' ? '>' : '<';
  // `<=` beside the exact condition: only a plain range lets the server start reading in the middle of the index.
  const behind: Statement =
    after === undefined
      ? EVERY_ROW
      : {
          sql: `t.${by} ${beyond}= ? AND (t.${by} ${beyond} ? OR t.id ${beyond} ?)`,
          values: [after.value, after.value, after.id],
        };
  return {
    sql: `SELECT t.id, t.${by} AS at FROM ${from}
      WHERE ${where.sql} AND ${part.sql} AND ${filter.sql} AND ${behind.sql}
      ORDER BY t.${by} ${direction}, t.id ${direction} LIMIT ?`,
    values: [...where.values, ...part.values, ...filter.values, ...behind.values, limit],
  };
}
