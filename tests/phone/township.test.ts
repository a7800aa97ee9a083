import { ensurePhoneApp } from '../../scripts/setup/phone-app';
import { buildActor } from '../builders/directory';
import { ENTERPRISE, startPhoneDay, type PhoneDay } from '../builders/phone';
import { buildFinding, buildWarning } from '../builders/warnings';
import { DingtalkPhone } from './dd';
import type { MiniProgram } from './runtime';

const BUILD_MS = 300_000;
const SPECIALIST = 'ding-specialist';

/** The specialist's morning in the built DingTalk app, against the real server. */
describe('the township in DingTalk', () => {
  let folder: string;
  let day: PhoneDay;
  let phone: DingtalkPhone;
  let app: MiniProgram;
  let finding: number;
  let warning: number;

  beforeAll(async () => {
    folder = await ensurePhoneApp('dd', console.error);
  }, BUILD_MS);
  beforeEach(async () => {
    day = await startPhoneDay();
    const { read } = day.test.app.core.db;
    const { enterpriseId } = day;
    const specialist = await buildActor(read, 'township', { region: '330521001' });
    const [person] = await read.query<{ mobile: string }>('SELECT mobile FROM person WHERE id = ?', [specialist]);
    const mobile = person?.mobile ?? '';
    day.dingtalk.addUser({ userid: SPECIALIST, name: '钱国良', mobile, unionid: 'union-specialist' });
    warning = await buildWarning(read, { enterpriseId, level: 'major' });
    finding = await buildFinding(read, { enterpriseId, state: 'submitted', dueAt: new Date('2026-11-28T12:00:00Z') });
    await read.execute('UPDATE finding SET submitted_at = ?, submitted_by = officer_id', [
      new Date('2026-11-22T08:00:00Z'),
    ]);
    phone = new DingtalkPhone({
      folder,
      server: day.server,
      authCode: () => day.dingtalk.issueLoginCode(SPECIALIST),
    });
    app = await phone.start();
    await app.untilSees('用钉钉登录');
    await app.tap(app.byClass('tick-box')[0]!);
    await app.tap('用钉钉登录');
    await app.untilAt('township/home');
    await app.untilSees('先去哪');
  });
  afterEach(async () => {
    const { problems } = phone.program;
    phone.remove();
    await day.stop();
    expect(problems).toEqual([]);
  });

  const stateOf = async (table: 'warning' | 'finding', id: number) => {
    const [row] = await day.test.app.core.db.read.query<{ state: string }>(`SELECT state FROM ${table} WHERE id = ?`, [
      id,
    ]);
    return row?.state;
  };
  const saved = async (table: 'warning' | 'finding', id: number, state: string) => {
    let now: string | undefined;
    for (let tries = 0; tries < 200 && now !== state; tries += 1) {
      now = await stateOf(table, id);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(now).toBe(state);
  };
  const write = (text: string) => {
    const [field] = app.byClass('field');
    return app.input(field!, text);
  };

  test('sees where to go first, calls, takes the warning on and closes it with an outcome', async () => {
    await app.untilSees('为什么先去：1 条重大预警');
    expect(app.text()).toContain(ENTERPRISE);
    await app.tap('打给负责人');
    await app.until('the call', () => phone.called.length > 0);
    expect(phone.called).toHaveLength(1);
    expect(phone.called[0]).toMatch(/^139\d{8}$/);
    await app.tap('确认，我去');
    await app.untilSees('处理中');
    await saved('warning', warning, 'acknowledged');
    await app.tap('测试预警。');
    await app.untilAt('township/warning');
    await app.untilSees('关闭预警');
    await app.tap('已帮扶');
    await write('教会了换锁和登记');
    await app.tap('关闭预警');
    await app.untilSees('已帮扶：教会了换锁和登记');
    await saved('warning', warning, 'closed');
  });

  test('finds an enterprise by name, asks how far it is, reads its card, calls its officer', async () => {
    await app.tap('企业');
    await app.untilSees(ENTERPRISE);
    expect(phone.calls).not.toContain('getLocation');
    await app.tap('离我近');
    await app.untilSees('10 米');
    await app.input(app.byClass('search-field')[0]!, '没有这家');
    await app.untilSees('没有找到这样的企业');
    await app.input(app.byClass('search-field')[0]!, '锦澜');
    await app.tap(
      await app.until('the row', () => app.byClass('item').find((row) => app.text(row).includes(ENTERPRISE))),
    );
    await app.untilAt('township/enterprise');
    await app.untilSees('今天 0/2 处已报');
    await app.tap('今天 0/2 处已报');
    await app.untilSees('待检');
    await app.untilSees('等我核验 1 个');
    await app.tap(app.byClass('contact')[0]!);
    await app.until('the call', () => phone.called.length > 0);
    expect(phone.called).toEqual([day.mobile]);

    // The next time there is no signal: what was fetched last is there, and says so.
    phone.online = false;
    app = await phone.start(`${app.route}?id=${day.enterpriseId}`);
    await app.untilSees('今天 0/2 处已报');
    await app.untilSees('没有信号，这是 09:00 存下的');
  });

  test('verifies a correction', async () => {
    await app.tap('核验');
    await app.untilSees('等核验');
    await app.tap(await app.until('the row', () => app.byClass('item')[0]));
    await app.untilAt('township/verify');
    await app.untilSees('通过，关闭问题');
    await app.tap('通过，关闭问题');
    await app.untilSees('请写一句核验意见');
    await write('到场看过，标志牌换好了');
    await app.tap('通过，关闭问题');
    await app.untilSees('核验通过，关闭');
    await saved('finding', finding, 'closed');
  });

  test('shows the numbers of the township', async () => {
    await app.tap('我的');
    await app.untilSees('辖区数字');
    await app.tap('辖区数字');
    await app.untilAt('township/numbers');
    await app.untilSees('近 14 天');
    expect(app.text()).toContain('0/2');
  });
});
