import { ConfigError, readConfig } from '../../bff/src/core/config';
import { testEnvironment } from '../builders/app';

const environment = (overrides: Record<string, string> = {}) =>
  testEnvironment('mysql://u:p@127.0.0.1:3306/d', overrides);

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('readConfig', () => {
  it('names every variable that is missing or wrong', () => {
    const { WECHAT_SECRET: _removed, ...rest } = environment({ PORT: 'eighty', DATABASE_URL: '' });
    const problems = problemsOf(rest).join('\n');
    expect(problems).toMatch(/WECHAT_SECRET is missing/);
    expect(problems).toMatch(/DATABASE_URL is missing/);
    expect(problems).toMatch(/PORT is not valid/);
  });

  it('names the variable whose signing keys cannot be used', () => {
    expect(problemsOf(environment({ JWT_KEYS: 'k1:c2hvcnQ=', QR_KEYS: 'no key' }))).toEqual([
      'JWT_KEYS is not valid (the secret of key k1 has less than 32 bytes)',
      expect.stringMatching(/^QR_KEYS is not valid \(keys are given as kid:base64secret/),
    ]);
  });

  it('refuses a photo store by its address: it would be signed for a wrong host', () => {
    for (const endpoint of ['http://10.1.2.3', 'https://127.0.0.1:9000', 'http://[fd00::1]:9000']) {
      expect(problemsOf(environment({ OSS_ENDPOINT: endpoint })).join()).toMatch(/OSS_ENDPOINT .*not an IP address/);
    }
    expect(problemsOf(environment({ OSS_ENDPOINT: 'http://store.internal:9000' }))).toEqual([]);
  });

  it('asks for the credentials of the chosen work chat only', () => {
    expect(problemsOf(environment({ WORK_CHAT: 'zwdd' })).join()).toMatch(/ZWDD_APP_KEY is missing/);
    const silent = {
      DINGTALK_AES_KEY: '',
      DINGTALK_CALLBACK_TOKEN: '',
      DINGTALK_CORP_ID: '',
      DINGTALK_MINI_APP_ID: '',
    };
    expect(problemsOf(environment(silent))).toEqual(
      ['DINGTALK_CORP_ID', 'DINGTALK_MINI_APP_ID', 'DINGTALK_CALLBACK_TOKEN', 'DINGTALK_AES_KEY'].map(
        (name) => `${name} is missing (WORK_CHAT=dingtalk)`,
      ),
    );
    expect(problemsOf(environment({ DINGTALK_AES_KEY: 'short' })).join()).toMatch(/DINGTALK_AES_KEY is not valid/);
    const zwdd = environment({
      WORK_CHAT: 'zwdd',
      ZWDD_APP_KEY: 'a',
      ZWDD_APP_SECRET: 'b',
      ZWDD_TENANT_ID: '1',
      DINGTALK_APP_KEY: '',
      DINGTALK_AES_KEY: '',
    });
    expect(readConfig(zwdd).workChat.kind).toBe('zwdd');
  });

  it('knows no stand-in in production: every other system is remote and https', () => {
    const problems = problemsOf(environment({ NODE_ENV: 'production' }));
    for (const name of ['PUBLIC_URL', 'WECHAT_API', 'DINGTALK_API', 'DINGTALK_OPEN_API', 'OSS_ENDPOINT']) {
      expect(problems).toContain(`${name} must be https in production`);
      expect(problems).toContain(`${name} must not point at this machine in production`);
    }
    const remote = { WECHAT_API: '', DINGTALK_API: '', DINGTALK_OPEN_API: '', OSS_ENDPOINT: '' };
    const real = { PUBLIC_URL: 'https://zxc.example.cn', ...remote };
    expect(readConfig(environment({ NODE_ENV: 'production', ...real })).production).toBe(true);
  });
});
