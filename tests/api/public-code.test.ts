import { parseKeys } from '../../bff/src/core/tokens';
import { codeToken } from '../../bff/src/features/partner';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise } from '../builders/directory';
import { buildCode } from '../builders/partner';

/** The page that anybody sees who scans an enterprise's code. */

let test: TestApp;
let enterpriseId: number;
beforeEach(async () => {
  test = await createTestApp();
  enterpriseId = await buildEnterprise(test.app.core.db.read, { name: '德清<b>印染</b>有限公司' });
});
afterEach(() => test.close());

const keys = () => parseKeys(test.app.core.config.qrKeys);
const shown = (shownAt: Date | null = test.clock.now()) => codeToken(keys(), { enterpriseId, shownAt });
const open = (token: string) => test.http.get(`/code/${token}`);

it('tells name, colour, since when and checked at, and nothing else', async () => {
  await buildCode(test.app.core.db.read, enterpriseId, { colour: 'yellow', score: 71.25 });
  const { status, headers, text } = await open(shown());
  expect(status).toBe(200);
  expect(text).toContain('黄码');
  expect(text).toContain('2026-10-20 起');
  expect(text).toContain('11-23 09:00:');
  expect(text).toContain('德清&#60;b&#62;印染&#60;/b&#62;有限公司');
  expect(text).not.toContain('<b>');
  expect(text).not.toContain('71.25');
  expect(text).not.toContain('截图可能已过期');
  expect(text).not.toContain('<script');
  expect(text).toContain('<meta name="robots" content="noindex">');
  expect(headers['x-robots-tag']).toBe('noindex');
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
});

it('says of a code that was shown some time ago that it may be a picture, and still how things are now', async () => {
  await buildCode(test.app.core.db.read, enterpriseId);
  const token = shown();
  test.clock.moveBy(115_000 - 30_000);
  expect((await open(token)).text).not.toContain('截图可能已过期');
  test.clock.moveBy(70_000);
  await test.app.core.db.read.execute("UPDATE health_code SET colour = 'red'");
  const { status, text } = await open(token);
  expect(status).toBe(200);
  expect(text).toContain('截图可能已过期');
  expect(text).toContain('红码');
  // One that is printed does not age.
  const printed = shown(null);
  test.clock.moveBy(3_600_000);
  expect((await open(printed)).text).not.toContain('截图可能已过期');
});

it('knows no number that it has not given out', async () => {
  await buildCode(test.app.core.db.read, enterpriseId);
  const good = shown();
  const [kid, , step, mac] = good.split('.');
  const other = new Map([['q1', parseKeys(`q1:${Buffer.alloc(32, 9).toString('base64')}`).get('q1')!]]);
  for (const token of [
    `${kid}.${(enterpriseId + 1).toString(36)}.${step}.${mac}`,
    `${kid}.${enterpriseId.toString(36)}.0.${mac}`,
    `zz.${good.split('.').slice(1).join('.')}`,
    codeToken(other, { enterpriseId, shownAt: test.clock.now() }),
    codeToken(keys(), { enterpriseId: 999_999, shownAt: null }),
    'rubbish',
    '1',
  ]) {
    const { status, text } = await open(token);
    expect([token, status]).toEqual([token, 404]);
    expect(text).toContain('这不是有效的企业健康码');
  }
});

it('shows no colour that does not hold any more, and none before the first', async () => {
  expect((await open(shown())).status).toBe(404);
  await buildCode(test.app.core.db.read, enterpriseId, { validUntil: new Date('2026-11-23T00:00:00Z') });
  const { status, text } = await open(shown());
  expect(status).toBe(503);
  expect(text).toContain('正在更新');
  expect(text).not.toContain('绿码');
});

it('is opened by the code on the officer’s phone, which changes every half minute', async () => {
  const { read } = test.app.core.db;
  await buildCode(read, enterpriseId);
  const officer = {
    authorization: `Bearer ${await test.tokenOf(await buildActor(read, 'officer', { enterpriseId }))}`,
  };
  const path = `/api/enterprises/${enterpriseId}/code-token`;
  const first = await test.http.get(path).set(officer);
  expect(first.body.validForS).toBeGreaterThan(0);
  expect(first.body.validForS).toBeLessThanOrEqual(30);
  expect(first.body.svg).toContain('<svg');
  const { pathname } = new URL(first.body.url);
  expect((await test.http.get(pathname)).text).toContain('绿码');
  test.clock.moveBy(30_000);
  expect((await test.http.get(path).set(officer)).body.url).not.toBe(first.body.url);
  const stranger = await test.tokenOf(await buildActor(read, 'officer'));
  expect((await test.http.get(path).set('authorization', `Bearer ${stranger}`)).status).toBe(404);
});
