import { randomUUID } from 'node:crypto';
import { ensurePhoneApp } from '../../scripts/setup/phone-app';
import { buildActor } from '../builders/directory';
import { ENTERPRISE, startPhoneDay, type PhoneDay } from '../builders/phone';
import { DingtalkPhone } from './dd';
import { codeOf } from './officer';
import type { MiniProgram } from './runtime';

const BUILD_MS = 300_000;
const ENFORCER = 'ding-enforcer';

/** The enforcement officer in the built DingTalk app, against the real server. */
describe('enforcement in DingTalk', () => {
  let folder: string;
  let day: PhoneDay;
  let phone: DingtalkPhone;
  let app: MiniProgram;
  let regulator: number;
  let stay: string;

  beforeAll(async () => {
    folder = await ensurePhoneApp('dd', console.error);
  }, BUILD_MS);
  beforeEach(async () => {
    day = await startPhoneDay();
    const { read } = day.test.app.core.db;
    const enforcer = await buildActor(read, 'enforcement', { region: '330521' });
    regulator = await buildActor(read, 'regulator', { region: '330521' });
    const [person] = await read.query<{ mobile: string }>('SELECT mobile FROM person WHERE id = ?', [enforcer]);
    const mobile = person?.mobile ?? '';
    day.dingtalk.addUser({ userid: ENFORCER, name: '徐俊杰', mobile, unionid: 'union-enforcer' });
    const proposed = await day.post<{ id: string }>(enforcer, '/api/supervisions', {
      clientUuid: randomUUID(),
      enterpriseId: String(day.enterpriseId),
      reason: '两次夜间偷排',
    });
    stay = proposed.id;
    await day.post(regulator, `/api/supervisions/${stay}/confirm`, { clientUuid: randomUUID(), note: '列入' });
    await read.execute("UPDATE supervision SET state = 'checking', due_on = '2026-12-03' WHERE id = ?", [stay]);
    phone = new DingtalkPhone({ folder, server: day.server, authCode: () => day.dingtalk.issueLoginCode(ENFORCER) });
    app = await phone.start();
    await app.untilSees('用钉钉登录');
    await app.tap(app.byClass('tick-box')[0]!);
    await app.tap('用钉钉登录');
    await app.untilAt('township/home');
    await app.untilSees('监管');
    await app.tap('监管');
    await app.untilSees('等现场核查');
    await app.tap(
      await app.until('the row', () => app.byClass('item').find((row) => app.text(row).includes(ENTERPRISE))),
    );
    await app.untilAt('township/stay');
    await app.untilSees('没有通过');
  });
  afterEach(async () => {
    const { problems } = phone.program;
    phone.remove();
    await day.stop();
    expect(problems).toEqual([]);
  });

  const standing = () => day.get<{ state: string }>(regulator, `/api/supervisions/${stay}`);

  test('checks on site by the code on the door; a code of another kind does not do', async () => {
    await app.input(app.byClass('field')[0]!, '现场看过，已经改好');
    phone.code = 'https://example.com/menu';
    await app.tap('扫门上的码，核查通过');
    await app.untilSees('扫的不是这家企业现在的点位码');
    expect((await standing()).state).toBe('checking');
    phone.code = await codeOf(day, day.pointIds[0]!);
    await app.tap('扫门上的码，核查通过');
    await app.untilSees('现场核查通过');
    await app.untilSees('已退出');
    expect((await standing()).state).toBe('left');
  });

  test('opens a case from it and takes it on', async () => {
    await app.tap('立案查处');
    await app.untilAt('township/case');
    await app.untilSees('案由');
    await app.tap('立案');
    await app.untilSees('请写案由');
    await app.input(app.byClass('field')[0]!, '涉嫌夜间偷排');
    await app.tap('立案');
    await app.untilSees('查明的事实');
    await app.untilSees('重点监管 · 确认列入');
    await app.input(app.byClass('field')[0]!, '调取监控和台账');
    await app.tap('开始调查，由我办理');
    await app.untilSees('调查中');
    const { rows } = await day.get<{ rows: unknown[] }>(regulator, '/api/cases');
    expect(rows).toMatchObject([{ state: 'investigating', title: '涉嫌夜间偷排' }]);
  });
});
