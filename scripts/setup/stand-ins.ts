import path from 'node:path';
import type { Middleware } from 'koa';
import type { Clock } from '../../bff/src/core/clock';
import type { Database } from '../../bff/src/core/database';
import { startDingtalkStandin } from '../../tests/standins/dingtalk';
import { startOssStandin } from '../../tests/standins/oss';
import { startWechatStandin, type WechatStandin } from '../../tests/standins/wechat';
import { startZwddStandin } from '../../tests/standins/zwdd';
import { chatUsers, consentsLeft } from './demo-people';
import type { DemoSecrets } from './secrets';
import { standInPages, type Shown } from './stand-in-pages';

export interface StandIns {
  /** Environment that makes the bff talk to them; empty for what has real credentials. */
  environment: Record<string, string>;
  /** Tells them of the demo's people and of the consents in our ledger. */
  load(db: Database): Promise<void>;
  /** /standin/<name>: what they received. */
  pages: Middleware;
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Part {
  environment: Record<string, string>;
  shown: Shown;
  load(db: Database): Promise<void>;
  stop(): Promise<void>;
}

/** Templates of the demo's WeChat account with their fields, as the go-live notes of the README ask for them. */
const TEMPLATES = {
  dailyList: { id: 'demo-template-daily-list', fields: ['thing1', 'number2', 'time3', 'thing4'] },
  reminder: { id: 'demo-template-reminder', fields: ['thing1', 'number2', 'time3', 'thing4'] },
} as const;

/** Starts a local stand-in for each outside system that `env` has no credentials for. */
export async function startStandIns(
  env: Environment,
  folder: string,
  clock: Clock,
  secrets: DemoSecrets,
): Promise<StandIns> {
  const parts: Part[] = [];
  if (!env['WECHAT_APPID']) parts.push(await wechatPart(clock, secrets));
  if (env['WORK_CHAT'] === 'zwdd') {
    if (!env['ZWDD_APP_KEY']) parts.push(await zwddPart(clock, secrets));
  } else if (!env['DINGTALK_APP_KEY']) {
    parts.push(await dingtalkPart(clock, secrets));
  }
  if (!env['OSS_ACCESS_KEY_ID']) parts.push(await ossPart(path.join(folder, 'oss'), clock, secrets));
  return {
    environment: Object.assign({}, ...parts.map((part) => part.environment)) as Record<string, string>,
    load: async (db) => {
      for (const part of parts) await part.load(db);
    },
    pages: standInPages(parts.map((part) => part.shown)),
    stop: async () => {
      await Promise.all(parts.map((part) => part.stop()));
    },
  };
}

async function wechatPart(clock: Clock, secrets: DemoSecrets): Promise<Part> {
  const appId = 'wxdemo000000000000';
  const standin = await startWechatStandin({
    clock,
    appId,
    secret: secrets.wechatSecret,
    templates: Object.fromEntries(Object.values(TEMPLATES).map(({ id, fields }) => [id, fields])),
  });
  const openids = new Map<string, string>();
  return {
    environment: {
      WECHAT_API: standin.url,
      WECHAT_APPID: appId,
      WECHAT_SECRET: secrets.wechatSecret,
      WECHAT_TEMPLATE_DAILY_LIST: TEMPLATES.dailyList.id,
      WECHAT_TEMPLATE_REMINDER: TEMPLATES.reminder.id,
    },
    shown: {
      name: 'wechat',
      title: '微信（替身）收到的请求',
      received: () => standin.received(),
      actions: {
        'login-code': (mobile) => ({ code: standin.issueLoginCode(mobile) }),
        'phone-code': (mobile) => ({ code: standin.issuePhoneCode(mobile) }),
        consent: (mobile, query) => grant(standin, openids.get(mobile), String(query['template'])),
      },
    },
    load: async (db) => {
      for (const user of await chatUsers(db, 'wechat')) {
        const openid = user.subject ?? `demo-openid-${user.personId}`;
        openids.set(user.mobile, openid);
        standin.addUser({ openid, mobile: user.mobile });
      }
      for (const { openid, template, remaining } of await consentsLeft(db)) {
        const known = TEMPLATES[template as keyof typeof TEMPLATES] as { id: string } | undefined;
        if (known !== undefined) standin.grantConsent(openid, known.id, remaining);
      }
    },
    stop: () => standin.stop(),
  };
}

function grant(standin: WechatStandin, openid: string | undefined, template: string): object {
  const known = TEMPLATES[template as keyof typeof TEMPLATES] as { id: string } | undefined;
  if (openid === undefined || known === undefined) throw new Error('unknown person or template');
  standin.grantConsent(openid, known.id);
  return { accepted: true, remaining: standin.consentOf(openid, known.id) };
}

async function dingtalkPart(clock: Clock, secrets: DemoSecrets): Promise<Part> {
  const appKey = 'dingdemo';
  const standin = await startDingtalkStandin({ clock, appKey, appSecret: secrets.workChatSecret });
  return {
    environment: {
      DINGTALK_API: standin.url,
      DINGTALK_APP_KEY: appKey,
      DINGTALK_APP_SECRET: secrets.workChatSecret,
      DINGTALK_AGENT_ID: '1',
    },
    shown: {
      name: 'dingtalk',
      title: '钉钉（替身）收到的请求',
      received: () => standin.received(),
      actions: { 'login-code': (mobile) => ({ code: standin.issueLoginCode(mobile) }) },
    },
    load: async (db) => {
      for (const user of await chatUsers(db, 'work-chat')) {
        standin.addUser({ userid: user.subject ?? `demo-user-${user.personId}`, name: user.name, mobile: user.mobile });
      }
    },
    stop: () => standin.stop(),
  };
}

async function zwddPart(clock: Clock, secrets: DemoSecrets): Promise<Part> {
  const appKey = 'zwdddemo';
  const standin = await startZwddStandin({ clock, appKey, appSecret: secrets.workChatSecret });
  const accounts = new Map<string, string>();
  return {
    environment: {
      ZWDD_API: standin.url,
      ZWDD_APP_KEY: appKey,
      ZWDD_APP_SECRET: secrets.workChatSecret,
      ZWDD_TENANT_ID: '1',
    },
    shown: {
      name: 'zwdd',
      title: '浙政钉（替身）收到的请求',
      received: () => standin.received(),
      actions: { 'login-code': (mobile) => ({ code: standin.issueLoginCode(accounts.get(mobile) ?? '') }) },
    },
    load: async (db) => {
      for (const user of await chatUsers(db, 'work-chat')) {
        const accountId = user.subject ?? `demo-account-${user.personId}`;
        accounts.set(user.mobile, accountId);
        standin.addUser({ accountId, name: user.name });
      }
    },
    stop: () => standin.stop(),
  };
}

async function ossPart(folder: string, clock: Clock, secrets: DemoSecrets): Promise<Part> {
  const account = {
    region: 'oss-cn-hangzhou',
    bucket: 'demo-photos',
    accessKeyId: 'demo-access-key',
    accessKeySecret: secrets.ossSecret,
  };
  const standin = await startOssStandin({ ...account, folder, clock });
  return {
    environment: {
      OSS_REGION: account.region,
      OSS_BUCKET: account.bucket,
      OSS_ACCESS_KEY_ID: account.accessKeyId,
      OSS_ACCESS_KEY_SECRET: account.accessKeySecret,
      OSS_ENDPOINT: standin.url,
    },
    shown: { name: 'oss', title: '对象存储（替身）收到的请求', received: () => standin.received(), actions: {} },
    load: async () => undefined,
    stop: () => standin.stop(),
  };
}
