import { randomInt, randomUUID } from 'node:crypto';
import type { Role } from '../../bff/src/core/actor';
import { addDays, businessDate, type BusinessDate } from '../../bff/src/core/clock';
import type { Tx } from '../../bff/src/core/database';

/** Builders put the least that is valid into the tables and make missing parents themselves. Each returns the id. */

const POINT_TYPES: [string, string, string, number][] = [
  ['WW', '废水排放口', 'Wastewater outlet', 5],
  ['WG', '废气治理设施排放口', 'Waste-gas treatment outlet', 5],
  ['HW', '危废仓库', 'Hazardous-waste warehouse', 7],
  ['SW', '一般固废仓库', 'General solid-waste warehouse', 14],
  ['EP', '应急池', 'Emergency pool', 14],
  ['EV', '应急阀门（雨水排口）', 'Emergency / storm-water valve', 14],
  ['RW', '中水回用系统', 'Reclaimed-water system', 7],
];

export async function buildRegions(tx: Tx): Promise<void> {
  await tx.execute('INSERT IGNORE INTO region (code, name, level, parent_code) VALUES ?', [
    [
      ['3305', '湖州市', 'city', null],
      ['330521', '德清县', 'county', '3305'],
      ['330522', '长兴县', 'county', '3305'],
      ['330521001', '武康街道', 'township', '330521'],
      ['330521100', '乾元镇', 'township', '330521'],
      ['330522100', '雉城街道', 'township', '330522'],
    ],
  ]);
  await tx.execute('INSERT IGNORE INTO point_type (code, zh, en, default_interval_days) VALUES ?', [POINT_TYPES]);
}

const USCC_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** A valid unified social credit code (GB 32100 check character). */
function anyUscc(): string {
  const body = '91330521' + Array.from({ length: 9 }, () => USCC_ALPHABET[randomInt(31)]).join('');
  let weight = 1;
  let sum = 0;
  for (const character of body) {
    sum += USCC_ALPHABET.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return body + USCC_ALPHABET[(31 - (sum % 31)) % 31];
}

export async function buildEnterprise(
  tx: Tx,
  given: { name?: string; region?: string; riskFactor?: number } = {},
): Promise<number> {
  await buildRegions(tx);
  const { insertId } = await tx.execute(
    'INSERT INTO enterprise (uscc, name, region_code, industry, address, lng, lat, risk_factor, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    [
      anyUscc(),
      given.name ?? '德清测试印染有限公司',
      given.region ?? '330521001',
      '印染',
      '武康街道某路 1 号',
      119.97,
      30.54,
      given.riskFactor ?? 1,
      new Date(),
    ],
  );
  return insertId;
}

export async function buildPerson(tx: Tx, given: { name?: string; mobile?: string } = {}): Promise<number> {
  const { insertId } = await tx.execute('INSERT INTO person (name, mobile, created_at) VALUES (?, ?, ?)', [
    given.name ?? '测试员',
    given.mobile ?? `139${String(randomInt(100_000_000)).padStart(8, '0')}`,
    new Date(),
  ]);
  return insertId;
}

/** A person with one role: an officer of an enterprise, or an official of a region (default the county). */
export async function buildActor(
  tx: Tx,
  role: Role,
  scope: { enterpriseId?: number; region?: string } = {},
): Promise<number> {
  const personId = await buildPerson(tx);
  const enterpriseId = role === 'officer' ? (scope.enterpriseId ?? (await buildEnterprise(tx))) : null;
  await tx.execute('INSERT INTO person_grant (person_id, role, enterprise_id, region_prefix) VALUES (?, ?, ?, ?)', [
    personId,
    role,
    enterpriseId,
    role === 'officer' ? null : (scope.region ?? '330521'),
  ]);
  return personId;
}

/** Numbers of points go up, so that no two of a test meet by chance. */
let lastNumber = 100;

export interface PointGiven {
  enterpriseId?: number;
  officerId?: number;
  deputyId?: number;
  type?: string;
  code?: string;
  intervalDays?: number;
  anchor?: BusinessDate;
  profile?: string;
  settings?: Record<string, unknown>;
}

/** A point that is due every `intervalDays` from `anchor` on (default: every 5 days, from 2026-11-23). */
export async function buildPoint(tx: Tx, given: PointGiven = {}): Promise<number> {
  const enterpriseId = given.enterpriseId ?? (await buildEnterprise(tx));
  const officerId = given.officerId ?? (await buildActor(tx, 'officer', { enterpriseId }));
  const type = given.type ?? 'HW';
  const { insertId } = await tx.execute(
    `INSERT INTO point (client_uuid, enterprise_id, point_type, code, name, lng, lat, officer_id, deputy_id, limit_profile, settings,
       interval_days, interval_basis, anchor_date, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'default', ?, ?)`,
    [
      randomUUID(),
      enterpriseId,
      type,
      given.code ?? `${type}-${(lastNumber += 1)}`,
      '测试点位',
      119.97,
      30.54,
      officerId,
      given.deputyId ?? null,
      given.profile ?? null,
      JSON.stringify(given.settings ?? {}),
      given.intervalDays ?? 5,
      given.anchor ?? '2026-11-23',
      new Date(),
    ],
  );
  return insertId;
}

/** An open task of a point, due at 20:00 of its date with grace to 10:00 of the next. */
export async function buildTask(
  tx: Tx,
  given: { pointId?: number; date?: BusinessDate; round?: number } = {},
): Promise<number> {
  const pointId = given.pointId ?? (await buildPoint(tx));
  const date = given.date ?? businessDate(new Date('2026-11-23T01:00:00Z'));
  const { insertId } = await tx.execute(
    `INSERT INTO task (point_id, task_date, round, enterprise_id, officer_id, interval_days, interval_basis, due_at, grace_until)
     SELECT id, ?, ?, enterprise_id, officer_id, interval_days, interval_basis, ?, ? FROM point WHERE id = ?`,
    [
      date,
      given.round ?? 0,
      new Date(`${date}T20:00:00+08:00`),
      new Date(`${addDays(date, 1)}T10:00:00+08:00`),
      pointId,
    ],
  );
  return insertId;
}
