import type { Role } from '../../core/actor';
import { shanghaiInstant, type BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { ChunkRange } from '../../core/jobs';
import { addOfficeHours, isOfficeTime } from '../../core/workday';
import { tell, type Notice } from '../notifications';
import { currentRules } from './rule.store';
import { dutyDate } from './duty.rules';
import { onDuty } from './duty.store';
import { digestRows, enterprisesOf, watchersOf, type Watcher } from './telling.store';
import { digestText, majorText } from './warning.rules';

interface Told {
  id: number;
  rule_code: string;
  region_code: string;
  reason: string;
}

/** Begins what has happened to a warning that climbed: whoever had heard of it hears that it is his turn. */
export const CLIMBED = 'to ';

/**
 * Tells the officials of the region about major warnings at once: those of one rule that come together in one notice per
 * person, no flood; `about` names what has happened to them, and each such thing is told.
 */
export async function tellMajor(
  tx: Tx,
  warnings: readonly Told[],
  now: Date,
  { roles, about }: { roles: readonly Role[]; about: string },
): Promise<void> {
  if (warnings.length === 0) return;
  const names = new Map((await currentRules(tx)).map((rule) => [rule.code as string, rule.zh]));
  const enterprises = await enterprisesOf(
    tx,
    warnings.map(({ id }) => id),
  );
  const watchers = await watchersOf(tx, [...new Set(warnings.map((each) => each.region_code))], roles);
  const regions = groupBy(await withDuty(tx, watchers, warnings, now), (watcher) => watcher.person_id);
  const notices: Notice[] = [];
  for (const [personId, watched] of regions) {
    const codes = new Set(watched.map((each) => each.region_code));
    const mine = warnings.filter((each) => codes.has(each.region_code));
    for (const [rule, list] of groupBy(mine, (each) => each.rule_code)) {
      notices.push({
        persons: [personId],
        subject: `${list[0]?.id ?? 0} ${about}`,
        values: {
          climbed: about.startsWith(CLIMBED) ? '升级' : '',
          rule: names.get(rule) ?? rule,
          body: majorText(list.map(({ id, reason }) => [enterprises.get(id), reason].filter(Boolean).join('：'))),
        },
        page: pageOf(list),
        ...(watched.some((each) => each.atOnce) ? {} : { notBefore: addOfficeHours(now, 0) }),
      });
    }
  }
  await tell(tx, 'warning.major', notices, now);
}

interface Called extends Watcher {
  /** False: his phone stays quiet until the office opens; he has it in the app. */
  atOnce: boolean;
}

/**
 * Outside office hours the duty officer of the region answers for enforcement, who sleep; where nobody is on duty all of
 * them are told at once, as in the daytime. The township and whoever a warning has climbed to are told at once always.
 */
async function withDuty(tx: Tx, watchers: readonly Watcher[], warnings: readonly Told[], now: Date): Promise<Called[]> {
  if (isOfficeTime(now)) return watchers.map((watcher) => ({ ...watcher, atOnce: true }));
  const regions = [...new Set(warnings.map((each) => each.region_code))];
  const rows = await onDuty(tx, dutyDate(now), regions);
  const duty = new Map(
    regions.flatMap((region) => {
      const nearest = rows.filter((row) => region.startsWith(row.region_code)).at(-1);
      return nearest === undefined ? [] : [[region, nearest.person_id] as const];
    }),
  );
  return [
    ...watchers.map((watcher) => ({
      ...watcher,
      atOnce: watcher.role !== 'enforcement' || !duty.has(watcher.region_code),
    })),
    ...[...duty].map(([region_code, person_id]) => ({
      person_id,
      region_code,
      role: 'enforcement' as const,
      atOnce: true,
    })),
  ];
}

const LIST_PAGE = 'pages/township/home/index';

/** One warning opens itself, several open the list. */
function pageOf(list: readonly Told[]): string {
  const [first] = list;
  return list.length === 1 && first !== undefined ? `pages/township/warning/index?id=${first.id}` : LIST_PAGE;
}

/** The digest of the morning for a range of people. Returns how many were told. */
export async function tellDigest(tx: Tx, date: BusinessDate, { from, to }: ChunkRange, now: Date): Promise<number> {
  const names = new Map((await currentRules(tx)).map((rule) => [rule.code as string, rule.zh]));
  const rows = await digestRows(tx, shanghaiInstant(date, '00:00'), from, to);
  const people = [...groupBy(rows, (row) => row.person_id)];
  await tell(
    tx,
    'warning.digest',
    people.map(([personId, counts]) => ({
      persons: [personId],
      values: { body: digestText(counts.map(({ rule_code, n }) => ({ rule: names.get(rule_code) ?? rule_code, n }))) },
    })),
    now,
  );
  return people.length;
}

function groupBy<K, T>(rows: readonly T[], keyOf: (row: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
