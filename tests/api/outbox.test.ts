import { randomUUID } from 'node:crypto';
import { buildActor } from '../builders/directory';
import { startOfficerDay, type OfficerDay } from '../builders/officer-day';

/** Messages to the phone: what is sent, tried again, given up, and what becomes of the consent. */

let day: OfficerDay;
let { test, wechat, officerId, pointIds, at, signIn }: OfficerDay = {} as OfficerDay;
beforeEach(async () => {
  day = await startOfficerDay();
  ({ test, wechat, officerId, pointIds, at, signIn } = day);
});
afterEach(() => day.stop());

describe('the outbox', () => {
  it('tries again what the platform calls busy, sends once, and shows dead letters to the regulator', async () => {
    const headers = await signIn();
    wechat.grantConsent('openid-1', 'tpl-daily-list', 2);
    await test.http
      .post('/api/consents')
      .set(headers)
      .send({ clientUuid: randomUUID(), results: { dailyList: 'accept' } });
    wechat.fail('/cgi-bin/message/subscribe/send', { errcode: -1 }, 1);
    await at('2026-11-23T08:00:00+08:00');
    expect(wechat.messages()).toHaveLength(0);
    await at('2026-11-23T08:00:30+08:00');
    await at('2026-11-23T08:05:00+08:00');
    expect(wechat.messages()).toHaveLength(1);

    await test.http
      .post('/api/consents')
      .set(await signIn())
      .send({ clientUuid: randomUUID(), results: { dailyList: 'accept' } });
    wechat.fail('/cgi-bin/message/subscribe/send', { errcode: 47003 }, 1);
    await at('2026-11-24T08:00:00+08:00');
    const regulator = {
      authorization: `Bearer ${await test.tokenOf(await buildActor(test.app.core.db.read, 'regulator'))}`,
    };
    const dead = await test.http.get('/api/notifications/dead').set(regulator);
    expect(dead.body.rows).toEqual([expect.objectContaining({ kind: 'dailyList', code: 47003, attempts: 1 })]);
    expect((await test.http.get('/api/consents').set(await signIn())).body.remaining.dailyList).toBe(1);
    await test.http.post(`/api/notifications/${dead.body.rows[0].id}/retry`).set(regulator).send({});
    await at('2026-11-24T08:01:00+08:00');
    expect(wechat.messages()).toHaveLength(2);
    expect((await test.http.get('/api/consents').set(await signIn())).body.remaining.dailyList).toBe(0);
  });

  const willing = async () => {
    for (const template of ['tpl-daily-list', 'tpl-reminder']) wechat.grantConsent('openid-1', template, 2);
    await test.http
      .post('/api/consents')
      .set(await signIn())
      .send({ clientUuid: randomUUID(), results: { dailyList: 'accept', reminder: 'accept' } });
  };
  const left = async () => (await test.http.get('/api/consents').set(await signIn())).body.remaining;

  it("never sends a day's list to the phone after that day's 20:00, and gives the consent back", async () => {
    await willing();
    wechat.fail('/cgi-bin/message/subscribe/send', { errcode: -1 }, 1);
    await at('2026-11-23T08:00:00+08:00');
    expect((await left()).dailyList).toBe(0);
    await at('2026-11-23T20:00:00+08:00');
    expect(wechat.messages()).toEqual([]);
    expect((await left()).dailyList).toBe(1);
    const notices = await test.http.get('/api/notices').set(await signIn());
    expect(notices.body.rows).toEqual([expect.objectContaining({ kind: 'dailyList', date: '2026-11-23' })]);
  });

  it('gives back the consent of a reminder whose list was finished between two attempts', async () => {
    await willing();
    await at('2026-11-23T08:00:00+08:00');
    wechat.fail('/cgi-bin/message/subscribe/send', { errcode: -1 }, 1);
    await at('2026-11-23T16:00:00+08:00');
    expect((await left()).reminder).toBe(0);
    await test.app.core.db.read.execute("UPDATE task SET state = 'done' WHERE officer_id = ?", [officerId]);
    await at('2026-11-23T16:05:00+08:00');
    expect(wechat.messages().map((message) => message.templateId)).toEqual(['tpl-daily-list']);
    expect((await left()).reminder).toBe(1);
  });

  it('tells the officer of every inspection that was ordered, also of two for one point on one day', async () => {
    const regulator = {
      authorization: `Bearer ${await test.tokenOf(await buildActor(test.app.core.db.read, 'regulator'))}`,
    };
    for (const date of ['2026-11-25', '2026-11-26']) {
      const order = { clientUuid: randomUUID(), pointId: String(pointIds[0]), date, reason: '群众来信' };
      expect((await test.http.post('/api/inspections/extra').set(regulator).send(order)).status).toBe(200);
    }
    await at('2026-11-23T00:04:30+08:00');
    const notices = await test.http.get('/api/notices').set(await signIn());
    expect(notices.body.rows.map((row: { body: string }) => row.body)).toEqual([
      '日期 2026-11-26，原因：群众来信',
      '日期 2026-11-25，原因：群众来信',
    ]);
  });

  it('falls back to the app when WeChat knows of no consent, and corrects the ledger', async () => {
    const headers = await signIn();
    await test.http
      .post('/api/consents')
      .set(headers)
      .send({ clientUuid: randomUUID(), results: { dailyList: 'accept' } });
    await at('2026-11-23T08:00:00+08:00');
    expect(wechat.messages()).toEqual([]);
    const later = await signIn();
    expect((await test.http.get('/api/consents').set(later)).body.remaining.dailyList).toBe(0);
    expect((await test.http.get('/api/notices').set(later)).body).toMatchObject({
      unread: 1,
      rows: [{ kind: 'dailyList' }],
    });
  });
});
