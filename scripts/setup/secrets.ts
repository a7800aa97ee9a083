import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface DemoSecrets {
  jwtKeys: string;
  qrKeys: string;
  answerKeys: string;
  wechatSecret: string;
  workChatSecret: string;
  ossSecret: string;
}

/** The demo's own secrets: made at the first start and kept with its data, readable by the owner only. */
export function demoSecrets(folder: string): DemoSecrets {
  const file = path.join(folder, 'secrets.json');
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<DemoSecrets>) : {};
  const key = (name: string) => `${name}:${randomBytes(32).toString('base64')}`;
  const secrets: DemoSecrets = {
    jwtKeys: key('demo1'),
    qrKeys: key('demo1'),
    answerKeys: `demo1:${generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')}`,
    wechatSecret: randomBytes(16).toString('hex'),
    workChatSecret: randomBytes(16).toString('hex'),
    ossSecret: randomBytes(16).toString('hex'),
    // A folder of an older version lacks what has been added since.
    ...kept,
  };
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}
