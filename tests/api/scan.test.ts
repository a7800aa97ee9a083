import { seedChecklists } from '../../bff/src/features/checklists';
import { parseKeys } from '../../bff/src/core/tokens';
import { qrToken } from '../../bff/src/features/inspection';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise, buildPoint, buildRegions, buildTask } from '../builders/directory';

let test: TestApp;
beforeEach(async () => {
  test = await createTestApp();
  await buildRegions(read());
  await seedChecklists(read(), test.clock.now());
});
afterEach(() => test.close());

const read = () => test.app.core.db.read;
const codeOf = (pointId: number, keyVersion = 1) =>
  qrToken(parseKeys(test.app.core.config.qrKeys), { pointId, keyVersion });

async function scan(personId: number, token: string, path = '/api/scan') {
  const answer = await test.http
    .post(path)
    .set({ authorization: `Bearer ${await test.tokenOf(personId)}` })
    .send({ token });
  return answer;
}

describe('POST /api/scan', () => {
  it('says exactly why a door leads nowhere', async () => {
    const enterpriseId = await buildEnterprise(read());
    const officer = await buildActor(read(), 'officer', { enterpriseId });
    const colleague = await buildActor(read(), 'officer', { enterpriseId });
    const stranger = await buildActor(read(), 'officer');
    const point = await buildPoint(read(), { enterpriseId, officerId: officer, type: 'EV', anchor: '2026-11-25' });
    const code = async (personId: number, token: string) => (await scan(personId, token)).body.code;
    expect(await code(officer, 'https://example.org/')).toBe('SCAN.UNKNOWN_CODE');
    expect(await code(officer, codeOf(point).replace(/.{3}$/, 'AAA'))).toBe('SCAN.UNKNOWN_CODE');
    expect(await code(officer, codeOf(point, 2))).toBe('SCAN.REVOKED');
    expect(await code(stranger, codeOf(point))).toBe('SCAN.OTHER_ENTERPRISE');
    expect(await code(colleague, codeOf(point))).toBe('SCAN.NOT_YOUR_POINT');
    expect((await scan(officer, codeOf(point))).body).toMatchObject({
      code: 'SCAN.NOT_DUE',
      details: { nextDue: '2026-11-25', offerExtra: true },
    });
    const task = await buildTask(read(), { pointId: point });
    await read().execute("UPDATE task SET state = 'done' WHERE id = ?", [task]);
    expect(await code(officer, codeOf(point))).toBe('SCAN.ALREADY_DONE');
  });

  it('answers with task, checklist and a signed ticket; an extra is started once', async () => {
    const officer = await buildActor(read(), 'officer');
    const [grant] = await read().query<{ enterprise_id: number }>('SELECT enterprise_id FROM person_grant');
    const enterpriseId = grant?.enterprise_id ?? 0;
    const point = await buildPoint(read(), { enterpriseId, officerId: officer, type: 'EV', anchor: '2026-11-25' });
    const first = await scan(officer, codeOf(point), '/api/scan/extra');
    expect(first.status).toBe(200);
    const again = await scan(officer, `http://localhost:8080/q/${codeOf(point)}`, '/api/scan/extra');
    expect(again.body.task.id).toBe(first.body.task.id);
    const plain = await scan(officer, codeOf(point));
    expect(plain.body.checklist.items.length).toBeGreaterThan(5);
    expect(test.app.core.keys.verify('scan', plain.body.scanTicket)).toMatchObject({
      sub: String(officer),
      pointId: point,
    });
  });
});
