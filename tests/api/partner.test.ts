import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { AnswerKeys } from '../../bff/src/core/answer-keys';
import type { PartnerScope } from '../../bff/src/core/partner';
import { usccCheck } from '../../bff/src/features/directory';
import { verifyAnswer } from '../../scripts/verify-answer';
import { createTestApp, TEST_ANSWER_KEY, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise } from '../builders/directory';
import { buildSnapshots } from '../builders/snapshots';
import { buildClient, buildCode, buildGrade, partnerToken, usccOf, type BuiltClient } from '../builders/partner';

/** What partner agencies ask, and what others see and decide of it. */

const ISSUER = 'http://localhost:8080';
let test: TestApp;
let bank: BuiltClient;
let enterpriseId: number;
let uscc: string;

beforeEach(async () => {
  test = await createTestApp();
  bank = await buildClient(test.app.core.db.read);
  enterpriseId = await buildEnterprise(test.app.core.db.read, { name: '德清测试印染有限公司' });
  uscc = await usccOf(test.app.core.db.read, enterpriseId);
});
afterEach(() => test.close());

const read = () => test.app.core.db.read;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const as = (client = bank, scopes?: readonly PartnerScope[]) => bearer(partnerToken(test, client.id, scopes));
const person = async (role: 'officer' | 'regulator' | 'township', region?: string) =>
  bearer(await test.tokenOf(await buildActor(read(), role, { enterpriseId, ...(region ? { region } : {}) })));
const ask = (code = uscc, headers = as()) => test.http.get(`/api/partner/v1/codes/${code}`).set(headers);
const seconds = (n: number) => new Promise((resolve) => setTimeout(resolve, n * 1000));

async function change(to: string, version: number): Promise<void> {
  await test.app.core.db.transaction(async (tx) => {
    await tx.execute(
      'UPDATE health_code SET colour = ?, version = ?, score = 70, colour_since = ? WHERE enterprise_id = ?',
      [to, version, test.clock.now(), enterpriseId],
    );
    await test.app.core.events.append(tx, [
      {
        type: 'code.changed',
        enterpriseId,
        subject: { type: 'enterprise', id: enterpriseId },
        actorId: null,
        payload: { from: 'green', to, score: 70, version },
      },
    ]);
  });
}

describe('a token', () => {
  const token = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    test.http.post('/api/partner/token').type('form').set(headers).send(fields);
  const basic = ({ key, secret }: BuiltClient) => ({
    authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
  });
  const grant = { grant_type: 'client_credentials' };

  it('is given for id and secret, in the header or in the body, with all scopes or those asked for', async () => {
    const all = await token(grant, basic(bank));
    expect(all.status).toBe(200);
    expect(all.headers['cache-control']).toBe('no-store');
    expect(all.body).toMatchObject({
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'code:read grade:read detail:read benefit:read webhook',
    });
    const one = await token({ ...grant, client_id: bank.key, client_secret: bank.secret, scope: 'code:read' });
    expect(one.body.scope).toBe('code:read');
    await buildCode(read(), enterpriseId);
    await buildGrade(read(), enterpriseId, { grade: 'B' });
    expect((await ask(uscc, bearer(all.body.access_token))).body.grade).toMatchObject({ grade: 'B', period: '2026H1' });
    const narrow = await ask(uscc, bearer(one.body.access_token));
    expect([narrow.status, narrow.body.grade]).toEqual([200, null]);
    expect(payloadOf(narrow.body.proof)).not.toHaveProperty('grade');
  });

  it('is refused in the words of the RFC', async () => {
    const refused = async (fields: Record<string, string>, headers: Record<string, string> = {}) => {
      const { status, body } = await token(fields, headers);
      return [status, body.error, body.code];
    };
    const wrong = { ...bank, secret: 'guess' };
    expect(await refused(grant, basic(wrong))).toEqual([401, 'invalid_client', 'PARTNER.INVALID_CLIENT']);
    expect(await refused(grant, basic({ ...bank, key: 'p_nobody' }))).toEqual([
      401,
      'invalid_client',
      'PARTNER.INVALID_CLIENT',
    ]);
    expect(await refused(grant)).toEqual([401, 'invalid_client', 'PARTNER.INVALID_CLIENT']);
    expect(await refused(grant, { authorization: 'Basic %%%' })).toEqual([
      401,
      'invalid_client',
      'PARTNER.INVALID_CLIENT',
    ]);
    expect(await refused({ grant_type: 'password' }, basic(bank))).toEqual([
      400,
      'unsupported_grant_type',
      'PARTNER.UNSUPPORTED_GRANT',
    ]);
    expect(await refused({ ...grant, scope: 'code:read admin' }, basic(bank))).toEqual([
      400,
      'invalid_scope',
      'PARTNER.INVALID_SCOPE',
    ]);
    expect(await refused({ scope: 'code:read' }, basic(bank))).toEqual([400, 'invalid_request', 'WIRE.INVALID']);
    const challenge = await token(grant, basic(wrong));
    expect(challenge.headers['www-authenticate']).toContain('Basic');
  });

  it('dies with its hour, with a new secret and with its client', async () => {
    await buildCode(read(), enterpriseId, { validUntil: new Date('2026-11-25T18:00:00Z') });
    const regulator = await person('regulator');
    const first = bearer((await token(grant, basic(bank))).body.access_token);
    expect((await ask(uscc, first)).status).toBe(200);
    const rotated = await test.http.post(`/api/partner-clients/${bank.id}/secret`).set(regulator).send({ epoch: 1 });
    expect(rotated.body.secret).toMatch(/^[\w-]{43}$/);
    const twice = await test.http.post(`/api/partner-clients/${bank.id}/secret`).set(regulator).send({ epoch: 1 });
    expect(twice.body).toMatchObject({ secret: null, epoch: 2 });
    await seconds(0.6);
    expect((await ask(uscc, first)).body.code).toBe('AUTH.TOKEN_REVOKED');
    expect((await token(grant, basic(bank))).body.error).toBe('invalid_client');
    const renewed = { ...bank, secret: rotated.body.secret };
    const second = bearer((await token(grant, basic(renewed))).body.access_token);
    expect((await ask(uscc, second)).status).toBe(200);
    test.clock.moveBy(3_601_000);
    expect((await ask(uscc, second)).body.code).toBe('AUTH.TOKEN_EXPIRED');
    const third = bearer((await token(grant, basic(renewed))).body.access_token);
    expect((await ask(uscc, third)).status).toBe(200);
    const off = await test.http.post(`/api/partner-clients/${bank.id}/disable`).set(regulator).send({});
    expect(off.body.active).toBe(false);
    await seconds(0.6);
    expect((await ask(uscc, third)).body.code).toBe('AUTH.TOKEN_REVOKED');
    expect((await token(grant, basic(renewed))).body.error).toBe('invalid_client');
  });

  it('of a person opens no query, and a forged one none either', async () => {
    expect((await ask(uscc, await person('regulator'))).body.code).toBe('AUTH.TOKEN_INVALID');
    expect((await ask(uscc, bearer('a.b.c'))).body.code).toBe('AUTH.TOKEN_INVALID');
  });
});

describe('clients', () => {
  const given = () => ({
    clientUuid: randomUUID(),
    name: '德清农商银行',
    agency: 'loan',
    region: '330521',
    scopes: ['code:read', 'grade:read'],
    dailyQuota: 1000,
    perSecond: 10,
  });

  it('are registered once, tell their secret to the one sending that made them, and are seen within the region only', async () => {
    const regulator = await person('regulator');
    const body = given();
    const made = await test.http.post('/api/partner-clients').set(regulator).send(body);
    expect(made.body).toMatchObject({
      name: '德清农商银行',
      active: true,
      epoch: 1,
      secret: expect.stringMatching(/^[\w-]{43}$/),
    });
    const again = await test.http.post('/api/partner-clients').set(regulator).send(body);
    expect(again.body).toEqual(made.body);
    const other = await test.http
      .post('/api/partner-clients')
      .set(regulator)
      .send({ ...body, perSecond: 11 });
    expect(other.body.code).toBe('WIRE.DIFFERENT_CONTENT');
    const abroad = await test.http
      .post('/api/partner-clients')
      .set(regulator)
      .send({ ...given(), region: '3305' });
    expect(abroad.body.code).toBe('WIRE.NOT_FOUND');
    const neighbour = await person('regulator', '330522');
    expect((await test.http.get('/api/partner-clients').set(neighbour)).body.rows).toEqual([]);
    expect((await test.http.post(`/api/partner-clients/${made.body.id}/disable`).set(neighbour).send({})).status).toBe(
      404,
    );
    const stored = [
      await read().query('SELECT * FROM partner_client'),
      await read().query('SELECT * FROM once_answer'),
    ];
    expect(JSON.stringify(stored)).not.toContain(made.body.secret);
  });
});

describe('one code', () => {
  it('comes with a proof that a stock library accepts, until it ends', async () => {
    await buildCode(read(), enterpriseId, { colour: 'yellow', score: 71.5, version: 9 });
    await buildGrade(read(), enterpriseId, { grade: 'C' });
    await buildGrade(read(), enterpriseId, { grade: 'B', source: 'province' });
    const { status, body } = await ask();
    expect(status).toBe(200);
    expect(body).toEqual({
      uscc,
      name: '德清测试印染有限公司',
      colour: 'yellow',
      since: '2026-10-20T01:30:00.000Z',
      validUntil: '2026-11-24T18:00:00.000Z',
      checkedAt: '2026-11-22T18:05:00.000Z',
      version: 9,
      grade: { grade: 'B', period: '2026H1', validUntil: '2027-01-31T16:00:00.000Z' },
      proof: expect.any(String),
    });
    const published = await test.http.get('/.well-known/jwks.json');
    expect(published.headers['cache-control']).toBe('public, max-age=300');
    const set = JSON.parse(published.text ?? published.body.toString()) as JSONWebKeySet;
    expect(set.keys).toEqual([expect.not.objectContaining({ d: expect.anything() })]);
    const keys = createLocalJWKSet(set);
    const verified = await verifyAnswer(body.proof, ISSUER, keys, test.clock.now());
    expect(verified).toEqual({
      uscc,
      colour: 'yellow',
      since: body.since,
      grade: 'B',
      version: 9,
      validUntil: new Date(body.validUntil),
    });

    const later = new Date('2026-11-24T18:00:01Z');
    await expect(verifyAnswer(body.proof, ISSUER, keys, later)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
    await expect(verifyAnswer(body.proof, 'https://else.where', keys, test.clock.now())).rejects.toMatchObject({
      code: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
    });
    const [header, claims, signature] = body.proof.split('.');
    const greener = Buffer.from(claims, 'base64url').toString().replace('yellow', 'green');
    const forged = `${header}.${Buffer.from(greener).toString('base64url')}.${signature}`;
    await expect(verifyAnswer(forged, ISSUER, keys, test.clock.now())).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });
    const foreign = new AnswerKeys(`a1:${newKey()}`).sign(payloadOf(body.proof));
    await expect(verifyAnswer(foreign, ISSUER, keys, test.clock.now())).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });
    const unknown = new AnswerKeys(`zz:${newKey()}`).sign(payloadOf(body.proof));
    await expect(verifyAnswer(unknown, ISSUER, keys, test.clock.now())).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    });
  });

  it('keeps its proof good after the keys have rotated, with the public half of the old one', async () => {
    const proof = new AnswerKeys(`a1:${TEST_ANSWER_KEY}`).sign({
      iss: ISSUER,
      exp: 2e9,
      iat: 1,
      sub: uscc,
      colour: 'green',
      since: '',
      version: 1,
    });
    const old = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const der = (key: typeof old.publicKey, type: 'spki') => key.export({ format: 'der', type }).toString('base64');
    const rotated = new AnswerKeys(`a2:${newKey()},a1:${TEST_ANSWER_KEY},a0:${der(old.publicKey, 'spki')}`);
    const keys = createLocalJWKSet(rotated.jwks());
    expect((await verifyAnswer(proof, ISSUER, keys, test.clock.now())).uscc).toBe(uscc);
    const fresh = rotated.sign(payloadOf(proof));
    expect((await verifyAnswer(fresh, ISSUER, keys, test.clock.now())).uscc).toBe(uscc);
    expect(() => new AnswerKeys(`a0:${der(old.publicKey, 'spki')}`)).toThrow(/must be a private one/);
    const foreign = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
    expect(() => new AnswerKeys(`a0:${foreign.export({ format: 'der', type: 'pkcs8' }).toString('base64')}`)).toThrow(
      /P-256/,
    );
  });

  it('is signed once for a version, and anew within a second of a change', async () => {
    await buildCode(read(), enterpriseId);
    const first = await ask();
    expect((await ask()).body.proof).toBe(first.body.proof);
    await change('yellow', 4);
    await seconds(0.6);
    const second = await ask();
    expect(second.body).toMatchObject({ colour: 'yellow', version: 4 });
    expect(second.body.proof).not.toBe(first.body.proof);
  });

  it('is told to nobody when it is unknown, foreign or malformed, and not when it is out of date', async () => {
    const foreign = await buildEnterprise(read(), { region: '330522100' });
    await buildCode(read(), foreign);
    const unseen = [
      await ask(await usccOf(read(), foreign)),
      await ask(uscc),
      await ask(`91330521MA2B3C4D5${usccCheck('91330521MA2B3C4D5')}`),
    ];
    const [body] = unseen.map((answer) => ({ ...answer.body, requestId: '' }));
    for (const answer of unseen) expect([answer.status, { ...answer.body, requestId: '' }]).toEqual([404, body]);
    expect(body.code).toBe('PARTNER.UNKNOWN_ENTERPRISE');
    const wrongCheck = uscc.slice(0, 17) + (uscc.endsWith('0') ? '1' : '0');
    for (const malformed of [wrongCheck, '123', uscc.toLowerCase() === uscc ? 'x' : uscc.toLowerCase(), `${uscc}0`]) {
      const answer = await ask(malformed);
      expect([answer.status, answer.body.code]).toEqual([400, 'PARTNER.USCC_MALFORMED']);
    }
    await buildCode(read(), enterpriseId, { validUntil: new Date('2026-11-23T00:59:59Z') });
    expect((await ask()).body.code).toBe('PARTNER.NOT_CURRENT');
  });
});

describe('many codes', () => {
  const batch = (usccs: string[], headers = as()) =>
    test.http.post('/api/partner/v1/codes').set(headers).send({ usccs });

  it('are answered item by item', async () => {
    const foreign = await usccOf(read(), await buildEnterprise(read(), { region: '330522100' }));
    await buildCode(read(), enterpriseId);
    const { body } = await batch([uscc, foreign, 'rubbish', uscc]);
    expect(
      body.items.map(
        (item: { code: { uscc: string } | null; problem: { code: string } | null }) =>
          item.code?.uscc ?? item.problem?.code,
      ),
    ).toEqual([uscc, 'PARTNER.UNKNOWN_ENTERPRISE', 'PARTNER.USCC_MALFORMED', uscc]);
  });

  it('are 500 at most', async () => {
    await buildCode(read(), enterpriseId);
    const most = await batch(Array.from({ length: 500 }, () => uscc));
    expect([most.status, most.body.items.length]).toEqual([200, 500]);
    const more = await batch(Array.from({ length: 501 }, () => uscc));
    expect([more.status, more.body.code]).toEqual([413, 'PARTNER.TOO_MANY_ITEMS']);
    expect((await batch([])).body.code).toBe('WIRE.INVALID');
  });

  it('are listed by colour, time and grade, page by page', async () => {
    const ids = [enterpriseId];
    for (let n = 0; n < 4; n += 1) ids.push(await buildEnterprise(read()));
    for (const [index, each] of ids.entries()) {
      await buildCode(read(), each, {
        colour: index % 2 === 0 ? 'green' : 'red',
        since: new Date(`2026-11-1${index}T00:00:00Z`),
      });
      await buildGrade(read(), each, { grade: index === 2 ? 'A' : 'B' });
    }
    const foreign = await buildEnterprise(read(), { region: '330522100' });
    await buildCode(read(), foreign);
    const usccs = await Promise.all(ids.map((each) => usccOf(read(), each)));
    const list = async (query: Record<string, string>) => {
      const { body } = await test.http.get('/api/partner/v1/codes').query(query).set(as());
      return { usccs: body.rows?.map((row: { uscc: string }) => row.uscc), next: body.next, code: body.code };
    };
    const pages = await list({ limit: '3' });
    expect(pages.usccs).toEqual(usccs.slice(0, 3));
    expect((await list({ limit: '3', cursor: pages.next })).usccs).toEqual(usccs.slice(3));
    expect((await list({ colour: 'red' })).usccs).toEqual([usccs[1], usccs[3]]);
    expect((await list({ since: '2026-11-12T00:00:00Z', colour: 'green' })).usccs).toEqual([usccs[2], usccs[4]]);
    expect((await list({ grade: 'A' })).usccs).toEqual([usccs[2]]);
    expect((await list({ validUntil: '2026-11-24T18:00:00Z' })).usccs).toEqual(usccs);
    expect((await list({ validUntil: '2026-11-24T18:00:01Z' })).usccs).toEqual([]);
    for (const since of ['2026-11-23T09:00:01+08:00', '2019-12-31T00:00:00Z']) {
      expect((await list({ since })).code).toBe('PARTNER.MOMENT_OUT_OF_RANGE');
    }
    expect((await list({ colour: 'pink' })).code).toBe('WIRE.INVALID');
    // What is out of date is left out, as a single query would refuse it.
    await read().execute("UPDATE health_code SET valid_until = '2026-11-23 00:59:59' WHERE enterprise_id = ?", [
      ids[1] ?? 0,
    ]);
    expect((await list({ colour: 'red' })).usccs).toEqual([usccs[3]]);
    const narrow = await test.http.get('/api/partner/v1/codes?grade=A').set(as(bank, ['code:read']));
    expect(narrow.body.code).toBe('PARTNER.SCOPE_MISSING');
  });
});

describe('the lists that an agency decides by', () => {
  const list = (code: string, headers = as()) =>
    test.http.get(`/api/partner/v1/benefits/${code}/enterprises`).set(headers);

  it('are those of its own rules, in its region, with colour and grade and nothing else', async () => {
    await buildCode(read(), enterpriseId);
    await buildGrade(read(), enterpriseId, { grade: 'A' });
    bank = await buildClient(read(), { region: '330521001' });
    const elsewhere = await buildEnterprise(read(), { region: '330521100' });
    await buildCode(read(), elsewhere);
    await buildGrade(read(), elsewhere, { grade: 'A' });
    const { body: rules } = await test.http.get('/api/partner/v1/benefits').set(as());
    expect(rules.rows.length).toBeGreaterThan(0);
    expect(new Set(rules.rows.map(({ agency }: { agency: string }) => agency))).toEqual(new Set(['loan']));
    const { body } = await list('green_loan');
    expect(body.rows).toEqual([
      { uscc, name: '德清测试印染有限公司', colour: 'green', grade: { grade: 'A', period: '2026H1' } },
    ]);
    const narrow = await list('green_loan', as(bank, ['benefit:read']));
    expect(narrow.body.rows).toMatchObject([{ uscc, grade: null }]);
    expect((await list('electricity_surcharge')).body.code).toBe('WIRE.NOT_FOUND');
    expect((await list('nothing_such')).body.code).toBe('WIRE.NOT_FOUND');
    expect((await list('green_loan', as(bank, ['code:read']))).body.code).toBe('PARTNER.SCOPE_MISSING');
    // The enterprise reads who looked.
    await seconds(1.2);
    const looked = await test.http.get(`/api/enterprises/${enterpriseId}/code-queries`).set(await person('officer'));
    expect(looked.body.rows).toMatchObject([{ fields: ['colour'] }, { fields: ['colour', 'grade'] }]);
  });
});

describe('more than colour and grade', () => {
  const details = (query: Record<string, string> = {}) =>
    test.http.get(`/api/partner/v1/codes/${uscc}/details`).query(query).set(as());
  const consents = () => `/api/enterprises/${enterpriseId}/partner-consents`;
  const given = (fields: string[], until = '2027-11-01T00:00:00.000Z') => ({
    clientUuid: randomUUID(),
    clientId: String(bank.id),
    fields,
    until,
  });

  it('is told as far as the enterprise allows, and no longer than it does', async () => {
    await buildCode(read(), enterpriseId, { score: 70 });
    await change('yellow', 4);
    expect((await details()).body.code).toBe('PARTNER.NO_CONSENT');
    const officer = await person('officer');
    const listed = await test.http
      .post(consents())
      .set(officer)
      .send(given(['score']));
    expect(listed.body.rows).toEqual([
      expect.objectContaining({
        name: '测试银行',
        consent: expect.objectContaining({ fields: ['score'], inForce: true }),
      }),
    ]);
    expect((await details()).body).toMatchObject({ score: 70, history: null, consent: { fields: ['score'] } });
    // Of an earlier day: what its night left, or nothing; never today's score.
    await buildSnapshots(read(), { enterpriseId, from: '2026-11-20', to: '2026-11-21', score: 91.5 });
    expect((await details({ at: '2026-11-21T12:00:00+08:00' })).body.score).toBe(91.5);
    expect((await details({ at: '2026-11-22T12:00:00+08:00' })).body.score).toBeNull();
    expect((await details({ at: '2026-11-23T00:30:00+08:00' })).body.score).toBe(70);
    await test.http
      .post(consents())
      .set(officer)
      .send(given(['history']));
    const told = await details();
    expect(told.body).toMatchObject({ score: null, history: [{ from: 'green', to: 'yellow', score: 70 }] });
    expect((await details({ at: '2026-11-22T00:00:00Z' })).body.history).toEqual([]);
    for (const at of ['2026-11-24T00:00:00Z', '2019-01-01T00:00:00Z']) {
      expect((await details({ at })).body.code).toBe('PARTNER.MOMENT_OUT_OF_RANGE');
      expect((await details({ since: at })).body.code).toBe('PARTNER.MOMENT_OUT_OF_RANGE');
    }
    const [{ consent }] = (await test.http.get(consents()).set(officer)).body.rows;
    for (const _twice of [1, 2]) {
      const withdrawn = await test.http.post(`/api/partner-consents/${consent.id}/withdraw`).set(officer).send({});
      expect(withdrawn.body.rows[0].consent).toMatchObject({ inForce: false });
    }
    expect((await details()).body.code).toBe('PARTNER.NO_CONSENT');
    await test.http
      .post(consents())
      .set(officer)
      .send(given(['score'], '2026-11-23T10:00:00+08:00'));
    expect((await details()).status).toBe(200);
    await read().execute("UPDATE health_code SET valid_until = '2026-11-23 00:59:59' WHERE enterprise_id = ?", [
      enterpriseId,
    ]);
    expect((await details()).body.code).toBe('PARTNER.NOT_CURRENT');
    test.clock.moveTo(new Date('2026-11-23T10:00:00+08:00'));
    expect((await details()).body.code).toBe('PARTNER.NO_CONSENT');
  });

  it('is the enterprise’s own to give', async () => {
    await buildCode(read(), enterpriseId);
    const officer = await person('officer');
    const other = await test.tokenOf(await buildActor(read(), 'officer'));
    expect(
      (
        await test.http
          .post(consents())
          .set(bearer(other))
          .send(given(['score']))
      ).body.code,
    ).toBe('WIRE.NOT_FOUND');
    const body = given(['score']);
    await test.http.post(consents()).set(officer).send(body);
    const [{ consent }] = (await test.http.get(consents()).set(officer)).body.rows;
    expect(
      (await test.http.post(`/api/partner-consents/${consent.id}/withdraw`).set(bearer(other)).send({})).status,
    ).toBe(404);
    expect((await test.http.post(consents()).set(officer).send(body)).status).toBe(200);
    expect(
      (
        await test.http
          .post(consents())
          .set(officer)
          .send({ ...body, fields: ['history'] })
      ).body.code,
    ).toBe('WIRE.DIFFERENT_CONTENT');
    for (const until of ['2026-11-23T08:00:00+08:00', '2031-01-01T00:00:00Z']) {
      expect(
        (
          await test.http
            .post(consents())
            .set(officer)
            .send(given(['score'], until))
        ).body.code,
      ).toBe('PARTNER.CONSENT_TERM');
    }
    const away = await buildClient(read(), { region: '330522' });
    const abroad = { ...given(['score']), clientId: String(away.id) };
    expect((await test.http.post(consents()).set(officer).send(abroad)).body.code).toBe('WIRE.NOT_FOUND');
  });
});

describe('limits', () => {
  it('hold for a second and for a day, and are told with each answer', async () => {
    await buildCode(read(), enterpriseId);
    const slow = await buildClient(read(), { perSecond: 2, dailyQuota: 5 });
    const first = await ask(uscc, as(slow));
    expect(first.headers['ratelimit-policy']).toBe('"second";q=2;w=1, "day";q=5;w=86400');
    expect(first.headers['ratelimit']).toMatch(/^"second";r=1;t=1, "day";r=4;t=5[34]\d{3}$/);
    await ask(uscc, as(slow));
    const third = await ask(uscc, as(slow));
    expect([third.status, third.body.code, third.headers['retry-after']]).toEqual([429, 'PARTNER.TOO_FAST', '1']);
    await seconds(1.1);
    const large = await test.http
      .post('/api/partner/v1/codes')
      .set(as(slow))
      .send({ usccs: [uscc, uscc, uscc, uscc] });
    expect([large.status, large.body.code]).toEqual([429, 'PARTNER.QUOTA_USED']);
    await ask(uscc, as(slow));
    await seconds(1.1);
    await ask(uscc, as(slow));
    const over = await ask(uscc, as(slow));
    expect([over.status, over.body.code]).toEqual([429, 'PARTNER.QUOTA_USED']);
    expect(over.headers['retry-after']).toMatch(/^5[34]\d{3}$/);
    test.clock.moveTo(new Date('2026-11-24T00:00:01+08:00'));
    await seconds(0.6);
    expect((await ask(uscc, as(slow))).status).toBe(200);
  });

  it('count a day across instances, known again after a restart', async () => {
    await buildCode(read(), enterpriseId);
    const few = await buildClient(read(), { dailyQuota: 10 });
    await test.http
      .post('/api/partner/v1/codes')
      .set(as(few))
      .send({ usccs: Array.from({ length: 9 }, () => uscc) });
    await seconds(1.2);
    const [row] = await read().query<{ asked: number }>('SELECT asked FROM partner_usage WHERE client_id = ?', [
      few.id,
    ]);
    expect(row?.asked).toBe(9);
    await read().execute('UPDATE partner_usage SET asked = asked + 1 WHERE client_id = ?', [few.id]);
    // The other instance's count is read with the next one that this writes.
    await ask(uscc, as(few));
    await seconds(1.2);
    expect((await ask(uscc, as(few))).body.code).toBe('PARTNER.QUOTA_USED');
  });
});

describe('who looked at my code', () => {
  it('is told to the enterprise and the regulator, the last first, without those who were refused', async () => {
    await buildCode(read(), enterpriseId);
    const officer = await person('officer');
    // The log is exact to the second.
    const later = () => test.clock.moveTo(new Date(test.clock.now().getTime() + 1000));
    await ask();
    later();
    await ask(uscc, as(bank, ['code:read']));
    later();
    await test.http.get('/api/partner/v1/codes').set(as());
    await test.http.get(`/api/partner/v1/codes/${uscc}/details`).set(as());
    await seconds(1.2);
    const log = (headers: Record<string, string>, query = {}) =>
      test.http.get(`/api/enterprises/${enterpriseId}/code-queries`).query(query).set(headers);
    const { body } = await log(officer);
    expect(body.rows).toHaveLength(3);
    expect(body.rows[0]).toEqual({
      id: expect.any(String),
      at: '2026-11-23T01:00:02.000Z',
      name: '测试银行',
      agency: 'loan',
      fields: ['colour', 'grade'],
    });
    expect(body.rows[1].fields).toEqual(['colour']);
    const page = await log(officer, { limit: '2' });
    expect((await log(officer, { limit: '2', cursor: page.body.next })).body.rows).toEqual([body.rows[2]]);
    expect((await log(await person('regulator'))).body.rows).toEqual(body.rows);
    const other = await test.tokenOf(await buildActor(read(), 'officer'));
    expect((await log(bearer(other))).status).toBe(404);
    expect((await log(await person('regulator', '330522'))).status).toBe(404);
  });

  it('loses nothing when the server is told to stop', async () => {
    const second = await createTestApp();
    const { db } = second.app.core;
    const stop = jest.spyOn(db, 'close').mockResolvedValue();
    const client = await buildClient(db.read);
    const id = await buildEnterprise(db.read);
    await buildCode(db.read, id);
    const token = partnerToken(second, client.id);
    await second.http.get(`/api/partner/v1/codes/${await usccOf(db.read, id)}`).set(bearer(token));
    expect(await db.read.query('SELECT id FROM partner_query')).toEqual([]);
    await second.app.close();
    expect(await db.read.query('SELECT id FROM partner_query')).toHaveLength(1);
    stop.mockRestore();
    await second.close();
  });
});

function newKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ format: 'der', type: 'pkcs8' })
    .toString('base64');
}

function payloadOf(proof: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}
