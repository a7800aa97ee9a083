import { randomUUID } from 'node:crypto';
import { seedChecklists } from '../../bff/src/features/checklists';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise } from '../builders/directory';

let test: TestApp;
beforeEach(async () => {
  test = await createTestApp();
});
afterEach(() => test.close());

const read = () => test.app.core.db.read;
const bearer = async (personId: number) => ({ authorization: `Bearer ${await test.tokenOf(personId)}` });

describe('checklists', () => {
  it('get new versions from a coming day on; the one in force and old ones stay as they are', async () => {
    await buildEnterprise(read());
    await seedChecklists(read(), test.clock.now());
    const headers = await bearer(await buildActor(read(), 'regulator', { region: '3305' }));
    const versions = await test.http.get('/api/checklists').set(headers);
    const current = versions.body.rows.find((row: { pointType: string }) => row.pointType === 'EV');
    const { body: old } = await test.http.get(`/api/checklists/${current.id}`).set(headers);
    const publish = (changed: Record<string, unknown>) =>
      test.http
        .post('/api/checklists')
        .set(headers)
        .send({
          clientUuid: randomUUID(),
          pointType: 'EV',
          effectiveFrom: '2026-11-24',
          note: '少问一项',
          items: old.items.slice(0, 5),
          ...changed,
        });
    expect((await publish({ effectiveFrom: '2026-11-23' })).body.code).toBe('CHECKLIST.EFFECTIVE_IN_PAST');
    expect((await publish({ pointType: 'ZZ' })).body.code).toBe('CHECKLIST.UNKNOWN_TYPE');
    const twice = await publish({ items: [old.items[0], old.items[0]] });
    expect(twice.body.details.faults).toEqual([expect.objectContaining({ field: 'body.items.1.code' })]);
    const noRange = await publish({ items: [{ ...old.items[2], type: 'num' }] });
    expect(noRange.body.code).toBe('WIRE.INVALID');
    expect((await publish({})).body).toMatchObject({ version: 2, items: old.items.slice(0, 5) });
    expect((await test.http.get(`/api/checklists/${current.id}`).set(headers)).body).toEqual(old);
    const profiles = await test.http.get('/api/limit-profiles').set(headers);
    expect(profiles.body.rows).toHaveLength(8);
  });

  it('of a new release follow those of an old one from tomorrow on, once, and never those that officials have changed', async () => {
    await buildEnterprise(read());
    await seedChecklists(read(), test.clock.now());
    const old = "JSON_REMOVE(items, '$[2]')";
    await read().execute(`UPDATE checklist SET items = ${old} WHERE point_type IN ('EV', 'HW')`);
    await read().execute(
      `INSERT INTO checklist (point_type, version, items, note, effective_from, created_by, created_at)
       SELECT point_type, 2, items, '本区', '2026-11-01', 1, created_at FROM checklist WHERE point_type = 'HW'`,
    );
    await seedChecklists(read(), test.clock.now());
    await seedChecklists(read(), test.clock.now());
    const versions = await read().query<{ type: string; version: number; from: string }>(
      `SELECT point_type AS type, version, effective_from AS \`from\` FROM checklist
       WHERE point_type IN ('EV', 'HW', 'WW') AND version > 1 ORDER BY point_type, version`,
    );
    expect(versions).toEqual([
      { type: 'EV', version: 2, from: '2026-11-24' },
      { type: 'HW', version: 2, from: '2026-11-01' },
    ]);
  });
});
