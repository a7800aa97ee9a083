import { ENTERPRISE, OPENID, startPhoneDay, type PhoneDay } from '../builders/phone';
import type { MiniProgram } from './runtime';
import { WechatPhone } from './wx';

/** A day and a phone with the WeChat build on it. */
export interface WechatOfficer {
  day: PhoneDay;
  phone: WechatPhone;
  stop: () => Promise<void>;
}

export async function startWechatOfficer(
  folder: string,
  given: Parameters<typeof startPhoneDay>[0] = {},
): Promise<WechatOfficer> {
  const day = await startPhoneDay(given);
  const loginCode = () => day.wechat.issueLoginCode(OPENID);
  const phone = new WechatPhone({ folder, server: day.server, loginCode });
  return {
    day,
    phone,
    stop: async () => {
      phone.remove();
      await day.stop();
    },
  };
}

/** The very first time: agree, give the phone number, see who one is, come to Today. */
export async function signInByPhoneNumber({ day, phone }: WechatOfficer): Promise<MiniProgram> {
  const app = await phone.start();
  await app.untilAt('sign-in');
  await app.untilSees('用微信手机号登录');
  const box = await app.until('the box to agree', () => app.byClass('tick-box')[0]);
  await app.tap(box);
  const button = await app.until('WeChat’s own button', () => {
    const found = app.nodes().find((node) => node.cl === 'btn' && app.text(node).includes('用微信手机号登录'));
    // Only a button of WeChat may ask for the number.
    return Object.values(found ?? {}).some((value) => String(value).includes('getPhoneNumber')) ? found : undefined;
  });
  const code = day.wechat.issuePhoneCode(OPENID);
  await app.emit('getphonenumber', button, { errMsg: 'getPhoneNumber:ok', code });
  await app.untilSees('这是您吗？');
  if (!app.sees(ENTERPRISE)) throw new Error(`the wrong enterprise:\n${app.text()}`);
  await app.tap('是我，看今天的任务');
  await app.untilAt('today');
  await app.untilSees('今天还剩');
  return app;
}
