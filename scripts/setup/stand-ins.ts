import path from 'node:path';
import type { Middleware } from 'koa';
import type { Clock } from '../../bff/src/core/clock';
import type { Database } from '../../bff/src/core/database';
import { startDingtalkStandin, type ChatCard } from '../../tests/standins/dingtalk';
import { startOssStandin } from '../../tests/standins/oss';
import { startWechatStandin, type AcceptedMessage, type WechatStandin } from '../../tests/standins/wechat';
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
  desk: DeskStandIns;
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Part {
  environment: Record<string, string>;
  shown: Shown;
  desk?: DeskStandIns;
  load(db: Database): Promise<void>;
  stop(): Promise<void>;
}

/** As far away as the real ones. */
const LATENCY_MS = 100;

/** Templates of the demo's WeChat account with their fields, as the go-live notes of the README ask for them. */
const TEMPLATES = {
  dailyList: {
    id: 'demo-template-daily-list',
    title: '今日检查任务',
    fields: { thing1: '企业', number2: '待检点位', time3: '截止时间', thing4: '提示' },
  },
  reminder: {
    id: 'demo-template-reminder',
    title: '还有检查没完成',
    fields: { thing1: '企业', number2: '未完成', time3: '截止时间', thing4: '提示' },
  },
  notice: {
    id: 'demo-template-notice',
    title: '待办事项通知',
    fields: { thing1: '事项', thing2: '说明', time3: '时间' },
  },
} as const;

/** A message as the chat app shows it: the template's title, and its fields with their labels. */
export interface ChatMessage {
  id: string;
  at: string;
  title: string;
  lines: { label: string; text: string }[];
  /** Page of the mini-program that it opens, without a leading slash. */
  page: string;
}

/** What the demo desk needs of the stand-ins; a part that stands in for nobody is absent. */
export interface DeskStandIns {
  wechat?: {
    /** What this mobile's chat app received, newest first. */
    messages(mobile: string): ChatMessage[];
    consentsLeft(mobile: string): Record<string, number>;
  };
  workChat?: {
    /** What this official's work chat received, newest first. */
    messages(mobile: string): ChatMessage[];
  };
  oss?: { cutBrowsers(cut: boolean): void };
}

/**
 * Starts a local stand-in for each outside system that `env` has no credentials for. Browsers may post photos from
 * pages of `origins`.
 */
export async function startStandIns(
  env: Environment,
  folder: string,
  clock: Clock,
  secrets: DemoSecrets,
  origins: readonly string[],
): Promise<StandIns> {
  const parts: Part[] = [];
  if (!env['WECHAT_APPID']) parts.push(await wechatPart(folder, clock, secrets));
  if (env['WORK_CHAT'] === 'zwdd') {
    if (!env['ZWDD_APP_KEY']) parts.push(await zwddPart(clock, secrets));
  } else if (!env['DINGTALK_APP_KEY']) {
    parts.push(await dingtalkPart(folder, clock, secrets));
  }
  if (!env['OSS_ACCESS_KEY_ID']) {
    parts.push(await ossPart(path.join(folder, 'oss'), clock, secrets, origins));
  }
  return {
    environment: Object.assign({}, ...parts.map((part) => part.environment)) as Record<string, string>,
    load: async (db) => {
      for (const part of parts) await part.load(db);
    },
    pages: standInPages(parts.map((part) => part.shown)),
    desk: Object.assign({}, ...parts.map((part) => part.desk)) as DeskStandIns,
    stop: async () => {
      await Promise.all(parts.map((part) => part.stop()));
    },
  };
}

async function wechatPart(folder: string, clock: Clock, secrets: DemoSecrets): Promise<Part> {
  const appId = 'wxdemo000000000000';
  const standin = await startWechatStandin({
    clock,
    appId,
    secret: secrets.wechatSecret,
    templates: Object.fromEntries(Object.values(TEMPLATES).map(({ id, fields }) => [id, Object.keys(fields)])),
    keptIn: path.join(folder, 'wechat-messages.jsonl'),
    latencyMs: LATENCY_MS,
  });
  const openids = new Map<string, string>();
  return {
    environment: {
      WECHAT_API: standin.url,
      WECHAT_APPID: appId,
      WECHAT_SECRET: secrets.wechatSecret,
      WECHAT_TEMPLATE_DAILY_LIST: TEMPLATES.dailyList.id,
      WECHAT_TEMPLATE_REMINDER: TEMPLATES.reminder.id,
      WECHAT_TEMPLATE_NOTICE: TEMPLATES.notice.id,
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
    desk: {
      wechat: {
        messages: (mobile) => {
          const openid = openids.get(mobile);
          return standin
            .messages()
            .filter((message) => message.openid === openid)
            .map(chatMessage)
            .reverse();
        },
        consentsLeft: (mobile) =>
          Object.fromEntries(
            Object.entries(TEMPLATES).map(([name, { id }]) => [name, standin.consentOf(openids.get(mobile) ?? '', id)]),
          ),
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

function chatMessage({ at, templateId, page, data }: AcceptedMessage, index: number): ChatMessage {
  const template = Object.values(TEMPLATES).find(({ id }) => id === templateId);
  const labels: Readonly<Record<string, string>> = template?.fields ?? {};
  return {
    id: `${at}-${index}`,
    at,
    title: template?.title ?? '服务通知',
    lines: Object.entries(data).map(([field, text]) => ({ label: labels[field] ?? '', text })),
    page: page.replace(/^\//, ''),
  };
}

function grant(standin: WechatStandin, openid: string | undefined, template: string): object {
  const known = TEMPLATES[template as keyof typeof TEMPLATES] as { id: string } | undefined;
  if (openid === undefined || known === undefined) throw new Error('unknown person or template');
  standin.grantConsent(openid, known.id);
  return { accepted: true, remaining: standin.consentOf(openid, known.id) };
}

async function dingtalkPart(folder: string, clock: Clock, secrets: DemoSecrets): Promise<Part> {
  const appKey = 'dingdemo';
  const standin = await startDingtalkStandin({
    clock,
    appKey,
    appSecret: secrets.workChatSecret,
    keptIn: path.join(folder, 'dingtalk-messages.jsonl'),
    latencyMs: LATENCY_MS,
  });
  const userids = new Map<string, string>();
  return {
    environment: {
      DINGTALK_API: standin.url,
      DINGTALK_APP_KEY: appKey,
      DINGTALK_APP_SECRET: secrets.workChatSecret,
      DINGTALK_AGENT_ID: '1',
      DINGTALK_OPEN_API: standin.url,
      DINGTALK_CORP_ID: 'ding-demo-corp',
      DINGTALK_MINI_APP_ID: '1',
      DINGTALK_CALLBACK_TOKEN: secrets.workChatSecret,
      DINGTALK_AES_KEY: secrets.workChatSecret.padEnd(43, '0'),
    },
    shown: {
      name: 'dingtalk',
      title: '钉钉（替身）收到的请求',
      received: () => standin.received(),
      actions: { 'login-code': (mobile) => ({ code: standin.issueLoginCode(mobile) }) },
    },
    desk: { workChat: { messages: (mobile) => cardsOf(standin.messages(), userids.get(mobile)) } },
    load: async (db) => {
      for (const user of await chatUsers(db, 'work-chat')) {
        const userid = user.subject ?? `demo-user-${user.personId}`;
        userids.set(user.mobile, userid);
        standin.addUser({
          userid,
          name: user.name,
          mobile: user.mobile,
          unionid: user.unionId ?? `demo-union-${user.personId}`,
        });
      }
    },
    stop: () => standin.stop(),
  };
}

/** A card as its receiver sees it: the title, the text without its heading, the line that tells when and which. */
function cardsOf(cards: readonly ChatCard[], user: string | undefined): ChatMessage[] {
  return cards
    .filter((card) => card.user === user)
    .map((card, index) => ({
      id: `${card.at}-${index}`,
      at: card.at,
      title: card.title,
      lines: card.text
        .split('\n\n')
        .filter((line) => !line.startsWith('### '))
        .map((text) => ({ label: '', text })),
      page: pageOf(card.url),
    }))
    .reverse();
}

/** The page that a link opens: in its query (DingTalk) or after the browser app's address (浙政钉). */
function pageOf(url: string): string {
  const link = new URL(url);
  return link.searchParams.get('page') ?? link.hash.replace(/^#\//, '');
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
    desk: { workChat: { messages: (mobile) => cardsOf(standin.messages(), accounts.get(mobile)) } },
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

async function ossPart(folder: string, clock: Clock, secrets: DemoSecrets, origins: readonly string[]): Promise<Part> {
  const account = {
    region: 'oss-cn-hangzhou',
    bucket: 'demo-photos',
    accessKeyId: 'demo-access-key',
    accessKeySecret: secrets.ossSecret,
  };
  const standin = await startOssStandin({ ...account, folder, clock, origins });
  return {
    environment: {
      OSS_REGION: account.region,
      OSS_BUCKET: account.bucket,
      OSS_ACCESS_KEY_ID: account.accessKeyId,
      OSS_ACCESS_KEY_SECRET: account.accessKeySecret,
      OSS_ENDPOINT: standin.url,
    },
    shown: { name: 'oss', title: '对象存储（替身）收到的请求', received: () => standin.received(), actions: {} },
    desk: { oss: { cutBrowsers: (cut) => standin.cutBrowsers(cut) } },
    load: async () => undefined,
    stop: () => standin.stop(),
  };
}
