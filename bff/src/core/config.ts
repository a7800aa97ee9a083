import { isIP } from 'node:net';
import { z } from 'zod';
import { parseAnswerKeys } from './answer-keys';
import { parseKeys } from './tokens';

const flagUrl = z.url({ protocol: /^https?$/ });
/** The store's client signs for a host name; by an address every request would be refused. */
const namedHost = flagUrl.refine((value) => isIP(new URL(value).hostname.replace(/^\[|\]$/g, '')) === 0, {
  error: 'must name a host, not an IP address: requests to an address are signed for a wrong host',
});
const secret = z.string().min(1);
const keysThat = (parse: (spec: string) => unknown) =>
  secret.superRefine((spec, context) => {
    try {
      parse(spec);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  });
const keys = keysThat(parseKeys);
const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .pipe(z.number().min(0).max(65_535));
const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max));

/** The environment, variable by variable; .env.example tells meaning and unit of each. */
const environment = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  PORT: port.default(8080),
  INSTANCE_NAME: z.string().min(1).max(200).optional(),
  PUBLIC_URL: flagUrl,
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  TRUSTED_PROXIES: whole(0, 5).default(0),
  METRICS_TOKEN: z.string().min(16).optional(),
  DATABASE_URL: z.url({ protocol: /^mysql$/ }),
  DATABASE_POOL: whole(2, 200).default(20),
  JWT_KEYS: keys,
  QR_KEYS: keys,
  ANSWER_KEYS: keysThat(parseAnswerKeys),

  WECHAT_API: flagUrl.default('https://api.weixin.qq.com'),
  WECHAT_APPID: secret,
  WECHAT_SECRET: secret,
  WECHAT_TEMPLATE_DAILY_LIST: secret,
  WECHAT_TEMPLATE_REMINDER: secret,
  WECHAT_TEMPLATE_NOTICE: secret.optional(),
  WECHAT_STATE: z.enum(['developer', 'trial', 'formal']).default('formal'),

  WORK_CHAT: z.enum(['dingtalk', 'zwdd']).default('dingtalk'),
  DINGTALK_API: flagUrl.default('https://oapi.dingtalk.com'),
  DINGTALK_APP_KEY: secret.optional(),
  DINGTALK_APP_SECRET: secret.optional(),
  /** Calls to all interfaces together that the edition includes; 0: without end. */
  DINGTALK_MONTHLY_CALLS: whole(0, 100_000_000).default(10_000),
  DINGTALK_AGENT_ID: z.string().regex(/^\d+$/).optional(),
  DINGTALK_OPEN_API: flagUrl.default('https://api.dingtalk.com'),
  DINGTALK_CORP_ID: secret.optional(),
  DINGTALK_MINI_APP_ID: secret.optional(),
  DINGTALK_CALLBACK_TOKEN: secret.optional(),
  DINGTALK_AES_KEY: z
    .string()
    .regex(/^[A-Za-z0-9+/]{43}$/)
    .optional(),
  ZWDD_API: flagUrl.default('https://openplatform-pro.ding.zj.gov.cn'),
  ZWDD_APP_KEY: secret.optional(),
  ZWDD_APP_SECRET: secret.optional(),
  ZWDD_TENANT_ID: z.string().regex(/^\d+$/).optional(),

  OSS_REGION: z.string().regex(/^oss-[a-z0-9-]+$/),
  OSS_BUCKET: z.string().regex(/^[a-z0-9-]{3,63}$/),
  OSS_ACCESS_KEY_ID: secret,
  OSS_ACCESS_KEY_SECRET: secret,
  OSS_ENDPOINT: namedHost.optional(),
});

type Environment = z.infer<typeof environment>;

export interface Config {
  production: boolean;
  port: number;
  /** Of this instance, when host and port do not name it. */
  instanceName: string | undefined;
  /** Origin under which phones and browsers reach this system, without a trailing slash. */
  publicUrl: string;
  logLevel: string;
  trustedProxies: number;
  /** Lets in at /metrics from other machines; without one only this machine is. */
  metricsToken: string | undefined;
  database: { url: string; poolSize: number };
  jwtKeys: string;
  qrKeys: string;
  answerKeys: string;
  wechat: {
    api: string;
    appId: string;
    secret: string;
    /** Without one for notices these stay in the app. */
    templates: { dailyList: string; reminder: string; notice?: string | undefined };
    state: 'developer' | 'trial' | 'formal';
  };
  workChat:
    | {
        kind: 'dingtalk';
        api: string;
        /** The newer API, for todos. */
        openApi: string;
        appKey: string;
        appSecret: string;
        agentId: string;
        /** Calls a month that the edition includes; 0: without end. */
        monthlyCalls: number;
        /** Organisation and mini-program: what a link in a message opens. */
        corpId: string;
        miniAppId: string;
        /** Token and EncodingAESKey of the event subscription. */
        callback: { token: string; aesKey: string };
      }
    | { kind: 'zwdd'; api: string; appKey: string; appSecret: string; tenantId: string };
  oss: {
    region: string;
    bucket: string;
    accessKeyId: string;
    accessKeySecret: string;
    /** Path-style endpoint of a compatible store; absent for Alibaba's own. */
    endpoint: string | undefined;
  };
}

/** The configuration cannot be used; `problems` has one line for each variable. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`configuration: ${problems.join('; ')}`);
    this.name = 'ConfigError';
  }
}

/** Reads and checks the environment. Throws ConfigError with a line for each variable that is missing or wrong. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  // An empty value in a .env file means "not set".
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = environment.safeParse(set);
  if (!result.success) {
    throw new ConfigError(
      result.error.issues.map((issue) => {
        const name = issue.path.join('.');
        return set[name] === undefined ? `${name} is missing` : `${name} is not valid (${issue.message})`;
      }),
    );
  }
  const values = result.data;
  const problems = values.NODE_ENV === 'production' ? productionProblems(values) : [];
  const workChat = workChatOf(values, problems);
  if (problems.length > 0 || workChat === undefined) throw new ConfigError(problems);
  return {
    production: values.NODE_ENV === 'production',
    port: values.PORT,
    instanceName: values.INSTANCE_NAME,
    publicUrl: values.PUBLIC_URL.replace(/\/$/, ''),
    logLevel: values.LOG_LEVEL,
    trustedProxies: values.TRUSTED_PROXIES,
    metricsToken: values.METRICS_TOKEN,
    database: { url: values.DATABASE_URL, poolSize: values.DATABASE_POOL },
    jwtKeys: values.JWT_KEYS,
    qrKeys: values.QR_KEYS,
    answerKeys: values.ANSWER_KEYS,
    wechat: {
      api: values.WECHAT_API,
      appId: values.WECHAT_APPID,
      secret: values.WECHAT_SECRET,
      templates: {
        dailyList: values.WECHAT_TEMPLATE_DAILY_LIST,
        reminder: values.WECHAT_TEMPLATE_REMINDER,
        notice: values.WECHAT_TEMPLATE_NOTICE,
      },
      state: values.WECHAT_STATE,
    },
    workChat,
    oss: {
      region: values.OSS_REGION,
      bucket: values.OSS_BUCKET,
      accessKeyId: values.OSS_ACCESS_KEY_ID,
      accessKeySecret: values.OSS_ACCESS_KEY_SECRET,
      endpoint: values.OSS_ENDPOINT,
    },
  };
}

function workChatOf(values: Environment, problems: string[]): Config['workChat'] | undefined {
  const need = (name: keyof Environment): string => {
    const value = values[name];
    if (value === undefined) problems.push(`${name} is missing (WORK_CHAT=${values.WORK_CHAT})`);
    return String(value ?? '');
  };
  return values.WORK_CHAT === 'dingtalk'
    ? {
        kind: 'dingtalk',
        api: values.DINGTALK_API,
        appKey: need('DINGTALK_APP_KEY'),
        appSecret: need('DINGTALK_APP_SECRET'),
        agentId: need('DINGTALK_AGENT_ID'),
        monthlyCalls: values.DINGTALK_MONTHLY_CALLS,
        openApi: values.DINGTALK_OPEN_API,
        corpId: need('DINGTALK_CORP_ID'),
        miniAppId: need('DINGTALK_MINI_APP_ID'),
        callback: { token: need('DINGTALK_CALLBACK_TOKEN'), aesKey: need('DINGTALK_AES_KEY') },
      }
    : {
        kind: 'zwdd',
        api: values.ZWDD_API,
        appKey: need('ZWDD_APP_KEY'),
        appSecret: need('ZWDD_APP_SECRET'),
        tenantId: need('ZWDD_TENANT_ID'),
      };
}

const LOOPBACK = /^(localhost|127\.|0\.0\.0\.0|\[?::1\]?$)/;

/** In production every outside party is the real one: reached over https, not on this machine. */
function productionProblems(values: Environment): string[] {
  const problems: string[] = [];
  for (const name of [
    'PUBLIC_URL',
    'WECHAT_API',
    'DINGTALK_API',
    'DINGTALK_OPEN_API',
    'ZWDD_API',
    'OSS_ENDPOINT',
  ] as const) {
    const value = values[name];
    if (value === undefined) continue;
    const url = new URL(value);
    if (url.protocol !== 'https:') problems.push(`${name} must be https in production`);
    if (LOOPBACK.test(url.hostname)) problems.push(`${name} must not point at this machine in production`);
  }
  return problems;
}
