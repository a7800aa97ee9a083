import type { z } from 'zod';
import type { Role } from '../../bff/src/core/actor';
import { addDays, type BusinessDate } from '../../bff/src/core/clock';
import type { Database } from '../../bff/src/core/database';
import { isForPartners, type Endpoint } from '../../bff/src/core/endpoint';

/** Every read that a person may make, with each filter that its schema documents, over the demo county. */

export interface Reader {
  /** Who asks, for the person who reads the figures. */
  name: string;
  role: Role;
  personId: number;
}

export interface ListCall {
  /** Route and filter, without ids. */
  name: string;
  path: string;
  reader: Reader;
}

/** What cannot be asked without knowing a row, and what is no list of rows. */
const NOT_LISTS = /-template$|\/export$|\/qr$|code-token$|^\/api\/imports\//;

interface Samples {
  /** Values of query keys that are no enumerations. */
  query: Readonly<Record<string, string>>;
  /** Path by path: what stands for its parameters. */
  params: (path: string) => Promise<string | undefined>;
}

/** One reader of each role in the demo county, and the city's regulator, whose scope is the largest. */
export async function demoReaders(db: Database): Promise<Reader[]> {
  const rows = await db.read.query<{ role: Role; prefix: string | null; personId: number }>(
    `SELECT role, MAX(region_prefix) AS prefix, MIN(person_id) AS personId FROM person_grant
     WHERE role <> 'township' OR region_prefix = (SELECT region_code FROM enterprise GROUP BY region_code ORDER BY COUNT(*) DESC, region_code LIMIT 1)
     GROUP BY role, IF(role = 'officer', NULL, region_prefix)`,
  );
  return rows.map(({ role, prefix, personId }) => ({ name: `${role} ${prefix ?? ''}`.trim(), role, personId }));
}

export async function listCalls(
  db: Database,
  endpoints: readonly Endpoint[],
  readers: readonly Reader[],
  today: BusinessDate,
): Promise<ListCall[]> {
  const calls: ListCall[] = [];
  for (const reader of readers) {
    const samples = await samplesFor(db, reader, today);
    for (const endpoint of endpoints) {
      const { access, path } = endpoint;
      if (endpoint.method !== 'GET' || access === 'public' || isForPartners(access)) continue;
      if (!access.includes(reader.role) || NOT_LISTS.test(path)) continue;
      const filled = await samples.params(path);
      if (filled === undefined) continue;
      for (const filter of filters(endpoint, samples.query)) {
        const search = new URLSearchParams(filter).toString();
        calls.push({
          name: [path, search]
            .filter(Boolean)
            .join('?')
            .replace(/\d{4,}/g, 'N'),
          path: [filled, search].filter(Boolean).join('?'),
          reader,
        });
      }
    }
  }
  return calls;
}

/** No filter, and each documented one by itself; of an enumeration each value. */
function filters(endpoint: Endpoint, samples: Samples['query']): Record<string, string>[] {
  const keys = Object.entries(endpoint.query.shape).map(([key, schema]) => ({
    key,
    required: !endpoint.query.safeParse({}).success && !(schema as z.ZodType).safeParse(undefined).success,
    values: valuesOf(schema) ?? (samples[key] === undefined ? [] : [samples[key]]),
  }));
  const always = Object.fromEntries(
    keys.filter(({ required }) => required).map(({ key, values }) => [key, values[0] ?? '']),
  );
  const optional = keys.filter(({ required }) => !required);
  return [always, ...optional.flatMap(({ key, values }) => values.map((value) => ({ ...always, [key]: value })))];
}

/** The values of an enumeration or a literal, through optional and default. */
function valuesOf(schema: unknown): string[] | undefined {
  const { def } = schema as { def: { innerType?: unknown; entries?: Record<string, string>; values?: string[] } };
  if (def.innerType !== undefined) return valuesOf(def.innerType);
  if (def.entries !== undefined) return Object.values(def.entries);
  return def.values;
}

/** Nearly the longest span of tasks that may be asked for. */
const LONG_DAYS = 90;

async function samplesFor(db: Database, { role, personId }: Reader, today: BusinessDate): Promise<Samples> {
  const [own] = await db.read.query<{ enterpriseId: number; pointId: number }>(
    `SELECT e.id AS enterpriseId, p.id AS pointId
     FROM person_grant g
     JOIN enterprise e ON e.id = g.enterprise_id OR e.region_code LIKE CONCAT(g.region_prefix, '%')
     JOIN point p ON p.enterprise_id = e.id
     WHERE g.person_id = ? AND g.role = ? ORDER BY p.id LIMIT 1`,
    [personId, role],
  );
  const { enterpriseId = 0, pointId = 0 } = own ?? {};
  const firstOf = async (table: string): Promise<string | undefined> => {
    const [row] = await db.read.query<{ id: number | null }>(
      `SELECT MAX(t.id) AS id FROM ${table} t WHERE t.enterprise_id = ?`,
      [enterpriseId],
    );
    return row?.id ? String(row.id) : undefined;
  };
  const tables: readonly (readonly [RegExp, string])[] = [
    [/^\/api\/reports\//, 'report'],
    [/^\/api\/findings\//, 'finding'],
    [/^\/api\/warnings\//, 'warning'],
    [/^\/api\/visits\//, 'visit'],
    [/^\/api\/supervisions\//, 'supervision'],
    [/^\/api\/cases\//, 'enforcement_case'],
    [/^\/api\/petitions\//, 'petition'],
    [/^\/api\/penalties\//, 'penalty'],
    [/^\/api\/incidents\//, 'incident'],
  ];
  const [round] = await db.read.query<{ period: string }>('SELECT MAX(period) AS period FROM credit_round');
  const [place] = await db.read.query<{ region: string }>('SELECT region_code AS region FROM enterprise WHERE id = ?', [
    enterpriseId,
  ]);
  return {
    query: {
      q: '德清',
      region: place?.region ?? '',
      enterpriseId: String(enterpriseId),
      pointId: String(pointId),
      from: addDays(today, -LONG_DAYS),
      to: today,
      month: today.slice(0, 7),
      below: '90',
      days: '90',
      rule: 'H01',
      limit: '200',
    },
    params: async (path) => {
      if (!path.includes(':')) return path;
      if (path.includes(':period')) return round?.period ? path.replace(':period', round.period) : undefined;
      if (path.startsWith('/api/enterprises/')) return path.replace(':id', String(enterpriseId));
      if (path.startsWith('/api/points/')) return path.replace(':id', String(pointId));
      if (path.includes('/benefits/:code')) return path.replace(':code', 'green_loan');
      const table = tables.find(([pattern]) => pattern.test(path))?.[1];
      const id = table === undefined ? undefined : await firstOf(table);
      return id === undefined ? undefined : path.replace(':id', id);
    },
  };
}
