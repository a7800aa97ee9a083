import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { addDays, businessDate } from '../../core/clock';
import { fromJson, type Tx } from '../../core/database';
import { item, profileLimits } from './checklist.schema';

const FOLDER = path.resolve(__dirname, '../../../../sql/seed-data');

const checklistFile = z.array(
  z.strictObject({
    pointType: z.string(),
    zh: z.string(),
    en: z.string(),
    defaultIntervalDays: z.number(),
    items: z.array(item),
  }),
);
const profileFile = z.array(
  z.strictObject({ code: z.string(), zh: z.string(), en: z.string(), limits: profileLimits }),
);

function read<T>(file: string, schema: z.ZodType<T>): T {
  return schema.parse(JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')));
}

/** Versions as the system brings them come into force on the day after they came. */
const BROUGHT = '随系统更新';

/** Far enough back for every report that can exist: the pilot began in July 2019. */
const FIRST_EFFECTIVE = '2019-07-01';

/**
 * Puts the seven point types, the limit profiles and version 1 of each checklist into the database where they are
 * missing; where the newest version is one that an earlier release brought, this release's follows it from tomorrow on. A
 * list that officials have changed stays theirs. Sources and their marks: the `basis` of each item.
 */
export async function seedChecklists(tx: Tx, now: Date): Promise<void> {
  const checklists = read('checklists.json', checklistFile);
  const profiles = read('limit-profiles.json', profileFile);
  await tx.execute('INSERT IGNORE INTO point_type (code, zh, en, default_interval_days) VALUES ?', [
    checklists.map((each) => [each.pointType, each.zh, each.en, each.defaultIntervalDays]),
  ]);
  await tx.execute('INSERT IGNORE INTO limit_profile (code, zh, en, limits) VALUES ?', [
    profiles.map((each) => [each.code, each.zh, each.en, JSON.stringify(each.limits)]),
  ]);
  await tx.execute(
    'INSERT IGNORE INTO checklist (point_type, version, items, note, effective_from, created_at) VALUES ?',
    [checklists.map((each) => [each.pointType, 1, JSON.stringify(each.items), '首版', FIRST_EFFECTIVE, now])],
  );
  const newest = await tx.query<{ type: string; version: number; items: unknown; createdBy: number | null }>(
    `SELECT c.point_type AS type, c.version, c.items, c.created_by AS createdBy FROM checklist c
     WHERE (c.point_type, c.version) IN (SELECT point_type, MAX(version) FROM checklist GROUP BY point_type)`,
  );
  const next = checklists.flatMap(({ pointType, items }) => {
    const last = newest.find(({ type }) => type === pointType);
    if (last === undefined || last.createdBy !== null || same(fromJson(last.items), items)) return [];
    return [[pointType, last.version + 1, JSON.stringify(items), BROUGHT, addDays(businessDate(now), 1), now]];
  });
  if (next.length === 0) return;
  await tx.execute(
    'INSERT IGNORE INTO checklist (point_type, version, items, note, effective_from, created_at) VALUES ?',
    [next],
  );
}

/** Equal whatever the order of their keys, which a JSON column may change. */
function same(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(one, other);
}
