import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { buildActor } from '../builders/directory';
import { buildFinding } from '../builders/warnings';
import { seriousFaults } from './axe';
import { officialCode, startBrowserDay, type BrowserDay } from './browser-day';
import { openBrowser, type PhoneBrowser } from './phone-browser';

const shots = process.env['PHONE_SHOTS'];

/** 重点监管 and 依法查处 on the phones of enforcement and bureau: proposed, confirmed, checked on site; a case to its end. */
describe('key supervision and cases', () => {
  let day: BrowserDay;
  let chromium: PhoneBrowser;
  const people: Record<string, number> = {};
  const phones: Record<string, Page> = {};
  const found: string[] = [];
  const look = async (who: string, name: string) => {
    const page = phones[who]!;
    await page.waitForTimeout(350);
    if (shots !== undefined) {
      mkdirSync(shots, { recursive: true });
      await page.screenshot({ path: path.join(shots, `supervision-${name}.png`), fullPage: true });
    }
    found.push(...(await seriousFaults(page, name)));
  };
  const shown = (who: string, text: string | RegExp) => phones[who]!.getByText(text).locator('visible=true').first();
  const button = (who: string, name: string) =>
    phones[who]!.getByRole('button', { name, exact: true }).locator('visible=true').last();
  /** The word of thanks comes, and fades out; half faded it has no contrast. */
  const thanked = async (who: string, text = '已记录') => {
    const words = phones[who]!.getByText(text, { exact: true }).locator('visible=true').last();
    await words.waitFor().catch(async (cause: unknown) => {
      const page = await phones[who]!.locator('.screen').locator('visible=true').last().innerText();
      throw new Error(`${who} read no ${text}, but: ${page.slice(0, 600)}`, { cause });
    });
    await words.waitFor({ state: 'hidden' });
  };
  const field = (who: string, name: string) => phones[who]!.getByLabel(name, { exact: true }).locator('visible=true');
  const go = (who: string, where: string) =>
    phones[who]!.evaluate((hash) => {
      (globalThis as unknown as { location: { hash: string } }).location.hash = hash;
    }, `#/pages/township/${where}`);
  const stay = async () =>
    (await day.get<{ rows: { id: string; state: string }[] }>(people['regulator']!, '/api/supervisions')).rows[0]!;
  const caseRow = async () =>
    (await day.get<{ rows: { id: string; state: string }[] }>(people['regulator']!, '/api/cases')).rows[0]!;

  beforeAll(async () => {
    day = await startBrowserDay();
    chromium = await openBrowser(await day.doorOf(day.pointIds[0] ?? 0));
    const { read } = day.test.app.core.db;
    people['enforcement'] = await buildActor(read, 'enforcement', { region: '330521' });
    people['regulator'] = await buildActor(read, 'regulator', { region: '330521' });
    people['township'] = await buildActor(read, 'township', { region: '330521001' });
    const findingId = await buildFinding(read, {
      enterpriseId: day.enterpriseId,
      severity: 'major',
      dueAt: new Date('2026-11-20T12:00:00Z'),
      itemZh: '旁路阀关闭并铅封',
    });
    const steps = Array.from({ length: 24 }, (_, hour) => [findingId, new Date(Date.UTC(2026, 10, 21, hour))]);
    await read.execute(
      `INSERT INTO finding_step (finding_id, kind, at, note, evidence) VALUES ${steps.map(() => "(?, 'joined', ?, '阀门仍未铅封', '{}')").join(', ')}`,
      steps.flat(),
    );
    for (const [who, dark] of [
      ['enforcement', false],
      ['regulator', true],
      ['township', false],
    ] as const) {
      const page = await (await chromium.phone({ dark })).newPage();
      const [person] = await read.query<{ mobile: string }>('SELECT mobile FROM person WHERE id = ?', [people[who]!]);
      const code = await officialCode(day, people[who]!);
      await page.goto(`${day.server}/app/#/pages/shared/sign-in/index?mobile=${person?.mobile}&code=${code}`);
      await page.getByText('核验', { exact: true }).waitFor();
      phones[who] = page;
    }
  }, 240_000);
  afterAll(async () => {
    await chromium.close();
    await day.stop();
  });
  afterEach(() => expect(found.splice(0)).toEqual([]));

  test('enforcement proposes an enterprise, the bureau confirms, the enterprise is told', async () => {
    await go('enforcement', `enterprise/index?id=${day.enterpriseId}`);
    await shown('enforcement', '建议列入重点监管').click();
    await field('enforcement', '建议列入重点监管').waitFor();
    await button('enforcement', '建议列入重点监管').click();
    await shown('enforcement', '请写一句为什么').waitFor();
    await field('enforcement', '建议列入重点监管').fill('旁路阀两次没有铅封，多次提醒没有改。');
    await look('enforcement', 'propose');
    await button('enforcement', '建议列入重点监管').click();
    await thanked('enforcement', '已提出，等确认');
    await shown('enforcement', '11月30日前确认').waitFor();
    await look('enforcement', 'proposed');
    expect(await phones['enforcement']!.getByText('确认列入重点监管').count()).toBe(0);

    await phones['regulator']!.reload();
    await phones['regulator']!.locator('.dock-tab', { hasText: '监管' }).locator('.dock-badge').waitFor();
    await phones['regulator']!.locator('.dock-tab', { hasText: '监管' }).click();
    await shown('regulator', '等确认').waitFor();
    await look('regulator', 'list-dark');
    await shown('regulator', '旁路阀两次没有铅封').click();
    await button('regulator', '确认列入重点监管').click();
    await shown('regulator', '请写一句意见').waitFor();
    await field('regulator', '意见').fill('情况属实，列入。');
    await look('regulator', 'decide-dark');
    await button('regulator', '确认列入重点监管').click();
    await shown('regulator', /复看$/).waitFor();
    expect((await stay()).state).toBe('active');
    await day.settle();
    await phones['regulator']!.reload();
    await shown('regulator', '还没读').waitFor();
    await look('regulator', 'told-dark');
  });

  test('a case is opened from it, handed over with its facts as they stand, and concluded', async () => {
    const { id } = await stay();
    await go('enforcement', `stay/index?id=${id}&again`);
    await shown('enforcement', '立案查处').click();
    await field('enforcement', '案由').fill('涉嫌通过旁路偷排');
    await look('enforcement', 'case-begin');
    await button('enforcement', '立案').click();
    // The thanks first: they are gone by the time that a slow phone shows the case.
    await thanked('enforcement', '立案成功');
    await shown('enforcement', '已立案').waitFor();
    await shown('enforcement', '查明的事实').waitFor();
    await look('enforcement', 'case-opened');
    await field('enforcement', '说明').fill('调取监控和台账');
    await button('enforcement', '开始调查，由我办理').click();
    await thanked('enforcement');
    await shown('enforcement', '调查中').waitFor();
    await shown('enforcement', '再看一些').click();
    await shown('enforcement', '再看一些').waitFor({ state: 'hidden' });
    expect(await phones['enforcement']!.getByText('阀门仍未铅封').locator('visible=true').count()).toBe(24);
    await button('enforcement', '移送，固定事实').click();
    await shown('enforcement', '请填移送文号').waitFor();
    await field('enforcement', '文号').fill('德环移〔2026〕3 号');
    await field('enforcement', '说明').fill('移送综合行政执法局');
    await look('enforcement', 'case-transfer');
    await button('enforcement', '移送，固定事实').click();
    await thanked('enforcement');
    await shown('enforcement', /移送时已固定/).waitFor();
    await button('enforcement', '办结').click();
    await shown('enforcement', '请选一个结果').waitFor();
    await shown('enforcement', '责令改正').click();
    await field('enforcement', '说明').fill('责令拆除旁路，已送达');
    await look('enforcement', 'case-conclude');
    await button('enforcement', '办结').click();
    await thanked('enforcement');
    await shown('enforcement', '已办结').waitFor();
    expect(await caseRow()).toMatchObject({ state: 'concluded', result: 'order' });
    await look('enforcement', 'case-ended');
    await go('enforcement', 'cases/index');
    await shown('enforcement', '办完的').waitFor();
    await look('enforcement', 'cases');
  });

  test('enforcement checks at the door, and the enterprise is let go', async () => {
    const { read } = day.test.app.core.db;
    const { id } = await stay();
    await read.execute("UPDATE finding SET state = 'closed', submitted_at = due_at, closed_at = due_at");
    await read.execute("UPDATE supervision SET state = 'checking', due_on = '2026-12-03' WHERE id = ?", [id]);
    await phones['enforcement']!.reload();
    await go('enforcement', 'home/index');
    await phones['enforcement']!.locator('.dock-tab', { hasText: '监管' }).click();
    await shown('enforcement', '等现场核查').waitFor();
    await look('enforcement', 'list');
    await shown('enforcement', '旁路阀两次没有铅封').click();
    await button('enforcement', '扫门上的码，核查通过').click();
    await shown('enforcement', '请写一句核查情况').waitFor();
    await field('enforcement', '核查情况').fill('旁路已拆除，铅封完好。');
    await look('enforcement', 'check');
    await button('enforcement', '扫门上的码，核查通过').click();
    await thanked('enforcement');
    await shown('enforcement', '现场核查通过').waitFor();
    await look('enforcement', 'left');
    expect((await stay()).state).toBe('left');
  });

  test('the township reads along, in the largest letters as well', async () => {
    await shown('township', '我的').click();
    await shown('township', '最大').click();
    await phones['township']!.getByRole('button', { name: '重点监管' }).locator('visible=true').click();
    await shown('township', '旁路阀两次没有铅封').waitFor();
    await look('township', 'list-largest');
    await shown('township', '旁路阀两次没有铅封').click();
    await shown('township', '现场核查通过').waitFor();
    await look('township', 'stay-largest');
    expect(await phones['township']!.getByText('立案查处').count()).toBe(0);
    const { id } = await caseRow();
    await go('township', `case/index?id=${id}`);
    await shown('township', /移送时已固定/).waitFor();
    await look('township', 'case-largest');
    expect(await phones['township']!.getByText('下一步').count()).toBe(0);
  });
});
