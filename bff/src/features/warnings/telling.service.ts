import type { Role } from '../../core/actor';
import { businessDate, shanghaiInstant, type BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { ChunkRange } from '../../core/jobs';
import { notifyOfficials, type OfficialNotice } from '../notifications';
import { currentRules } from './rule.store';
import { digestRows, enterprisesOf, watchersOf } from './telling.store';
import { digestText, majorText } from './warning.rules';

interface Told {
  id: number;
  rule_code: string;
  region_code: string;
  reason: string;
}

/** Tells the officials of the region about major warnings at once: one notice per person, rule and day, no flood. */
export async function tellMajor(tx: Tx, warnings: readonly Told[], now: Date, roles: readonly Role[]): Promise<void> {
  if (warnings.length === 0) return;
  const names = new Map((await currentRules(tx)).map((rule) => [rule.code as string, rule.zh]));
  const enterprises = await enterprisesOf(
    tx,
    warnings.map(({ id }) => id),
  );
  const watchers = await watchersOf(tx, [...new Set(warnings.map((each) => each.region_code))], roles);
  const regions = groupBy(watchers, (watcher) => watcher.person_id);
  const date = businessDate(now);
  const notices: OfficialNotice[] = [];
  for (const [personId, watched] of regions) {
    const codes = new Set(watched.map((each) => each.region_code));
    const mine = warnings.filter((each) => codes.has(each.region_code));
    for (const [rule, list] of groupBy(mine, (each) => each.rule_code)) {
      notices.push({
        personId,
        kind: 'warning.major',
        date,
        subject: rule,
        title: `重大预警：${names.get(rule) ?? rule}`,
        body: majorText(list.map(({ id, reason }) => [enterprises.get(id), reason].filter(Boolean).join('：'))),
        page: pageOf(list),
      });
    }
  }
  await notifyOfficials(tx, notices, now);
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
  await notifyOfficials(
    tx,
    people.map(([personId, counts]) => ({
      personId,
      kind: 'warning.digest',
      date,
      title: '今日预警汇总',
      body: digestText(counts.map(({ rule_code, n }) => ({ rule: names.get(rule_code) ?? rule_code, n }))),
      page: LIST_PAGE,
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
