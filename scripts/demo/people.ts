import { readFileSync } from 'node:fs';
import path from 'node:path';
import { addDays, type BusinessDate } from '../../bff/src/core/clock';
import type { SqlValue, Tx } from '../../bff/src/core/database';
import { effectiveInterval, spreadAnchors } from '../../bff/src/features/directory';
import { hashPassword } from '../../bff/src/features/identity';
import { castEnterprise, castPoints, mobileOf, personName, type CastEnterprise } from './cast';
import { chance } from './dice';

/** The password of every web account of the demo. */
export const DEMO_PASSWORD = 'demo-2026-deqing';

interface Township {
  code: string;
  name: string;
}

const BATCH = 500;
const COUNTY = '330521';
/** One in so many enterprises has a deputy for the officer. */
const DEPUTY_SHARE = 0.25;

function townships(): Township[] {
  const file = path.resolve(__dirname, '../../sql/seed-data/regions.json');
  const regions = JSON.parse(readFileSync(file, 'utf8')) as { deqing: { townships: Township[] } };
  return regions.deqing.townships.map(({ code, name }) => ({ code, name }));
}

/** City, its counties, and the 13 townships of Deqing. */
export async function seedRegions(tx: Tx): Promise<void> {
  const file = path.resolve(__dirname, '../../sql/seed-data/regions.json');
  const regions = JSON.parse(readFileSync(file, 'utf8')) as { city: Township; counties: Township[] };
  await tx.execute('INSERT IGNORE INTO region (code, name, level, parent_code) VALUES ?', [
    [
      [regions.city.code, regions.city.name, 'city', null],
      ...regions.counties.map((county) => [county.code, county.name, 'county', regions.city.code]),
      ...townships().map((township) => [township.code, township.name, 'township', COUNTY]),
    ],
  ]);
}

/** Officials: one specialist per township, three enforcement officers, three regulators (what is city-wide takes two
 * of the city). The last two kinds have web logins. */
export async function seedOfficials(tx: Tx, now: Date): Promise<void> {
  const password = await hashPassword(DEMO_PASSWORD);
  const officials = [
    ...townships().map((township) => ({ role: 'township', prefix: township.code, username: null })),
    ...[1, 2, 3].map((number) => ({ role: 'enforcement', prefix: COUNTY, username: `enforcement${number}` })),
    { role: 'regulator', prefix: COUNTY, username: 'regulator' },
    { role: 'regulator', prefix: '3305', username: 'city' },
    { role: 'regulator', prefix: '3305', username: 'city2' },
  ];
  for (const [index, official] of officials.entries()) {
    const id = index + 1;
    await tx.execute('INSERT INTO person (id, name, mobile, demo, created_at) VALUES (?, ?, ?, TRUE, ?)', [
      id,
      personName(`official ${id}`),
      mobileOf(id),
      now,
    ]);
    await tx.execute('INSERT INTO person_grant (person_id, role, region_prefix) VALUES (?, ?, ?)', [
      id,
      official.role,
      official.prefix,
    ]);
    await tx.execute(
      "INSERT INTO person_identity (provider, subject, person_id, union_id, bound_at) VALUES ('dingtalk', ?, ?, ?, ?)",
      [`demo-user-${id}`, id, `demo-union-${id}`, now],
    );
    if (official.username === null) continue;
    await tx.execute('INSERT INTO web_login (person_id, username, password) VALUES (?, ?, ?)', [
      id,
      official.username,
      password,
    ]);
  }
}

/** Officers' ids begin here; an enterprise's officer and deputy follow from its number. */
const FIRST_OFFICER = 1001;
const officerId = (index: number) => FIRST_OFFICER + index * 2;
const deputyId = (index: number) => officerId(index) + 1;
const hasDeputy = (index: number) => chance('deputy', index) < DEPUTY_SHARE;

/** Enterprises `from`..`to` (numbers, end excluded) with officers, points, consents, and how they behave. */
export async function seedEnterprises(
  tx: Tx,
  range: { from: number; to: number },
  start: BusinessDate,
  now: Date,
  defaultDays: ReadonlyMap<string, number>,
): Promise<void> {
  const towns = townships();
  for (let low = range.from; low < range.to; low += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, range.to - low) }, (_, step) => low + step);
    const cast = numbers.map((index) => castEnterprise(index, towns));
    await insert(
      tx,
      'enterprise (id, uscc, name, region_code, industry, address, lng, lat, created_at)',
      cast.map((e) => [e.index + 1, e.uscc, e.name, e.region, e.industry, e.address, e.lng, e.lat, now]),
    );
    await insert(
      tx,
      'enterprise_category (enterprise_id, category)',
      cast.flatMap((e) => e.categories.map((category) => [e.index + 1, category])),
    );
    await insert(
      tx,
      'demo_behaviour (enterprise_id, behaviour)',
      cast.map((e) => [e.index + 1, e.behaviour]),
    );
    const officers = cast.flatMap((e) =>
      [officerId(e.index), ...(hasDeputy(e.index) ? [deputyId(e.index)] : [])].map((id) => ({ id, e })),
    );
    await insert(
      tx,
      'person (id, name, mobile, demo, created_at)',
      officers.map(({ id }) => [id, personName(id), mobileOf(id), true, now]),
    );
    await insert(
      tx,
      'person_grant (person_id, role, enterprise_id)',
      officers.map(({ id, e }) => [id, 'officer', e.index + 1]),
    );
    await insert(
      tx,
      'person_identity (provider, subject, person_id, bound_at)',
      officers.map(({ id }) => ['wechat', `demo-openid-${id}`, id, now]),
    );
    const consents = officers.flatMap(({ id }) =>
      (['dailyList', 'reminder', 'notice'] as const).map(
        (template) => [id, template, chance('consent', id) < 0.1 ? 0 : 30] as const,
      ),
    );
    await insert(
      tx,
      'consent (person_id, template, remaining)',
      consents.map((row) => [...row]),
    );
    await insert(
      tx,
      'consent_entry (person_id, template, delta, reason, at)',
      consents.filter((row) => row[2] > 0).map(([id, template, delta]) => [id, template, delta, 'accepted', now]),
    );
    await seedPoints(tx, cast, start, now, defaultDays);
  }
}

/** Days after the beginning on which an enterprise joined: two thirds were there, the others came in the first year. */
function joined(index: number): number {
  return chance('late', index) < 0.35 ? Math.floor(chance('joined', index) * 260) : 0;
}

async function seedPoints(
  tx: Tx,
  cast: readonly CastEnterprise[],
  start: BusinessDate,
  now: Date,
  defaultDays: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = cast.flatMap((e) => {
    const points = castPoints(e).map((point, order) => ({
      ...point,
      order,
      interval: effectiveInterval(defaultDays.get(point.type) ?? 7, 1, point.permitDays),
    }));
    const anchors = spreadAnchors(
      points.map(({ order, interval }) => ({ id: order, intervalDays: interval.days, anchor: null, lastTask: null })),
      addDays(start, joined(e.index)),
    );
    return points.map((point): SqlValue[] => [
      e.index + 1,
      point.type,
      point.code,
      point.name,
      point.place,
      // Points lie around the gate of their firm.
      e.lng + (chance('plng', e.index, point.order) - 0.5) * 0.002,
      e.lat + (chance('plat', e.index, point.order) - 0.5) * 0.002,
      officerId(e.index),
      hasDeputy(e.index) ? deputyId(e.index) : null,
      point.profile,
      JSON.stringify(point.settings),
      point.permitDays,
      point.interval.days,
      point.interval.basis,
      anchors.get(point.order) ?? start,
      addDays(start, -30),
      now,
    ]);
  });
  await insert(
    tx,
    'point (enterprise_id, point_type, code, name, place, lng, lat, officer_id, deputy_id, limit_profile, settings, permit_interval_days, interval_days, interval_basis, anchor_date, printed_on, created_at)',
    rows,
  );
}

async function insert(tx: Tx, target: string, rows: SqlValue[][]): Promise<void> {
  if (rows.length > 0) await tx.execute(`INSERT INTO ${target} VALUES ?`, [rows]);
}
