import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface DemoSecrets {
  jwtKeys: string;
  qrKeys: string;
  wechatSecret: string;
  workChatSecret: string;
  ossSecret: string;
}

/** The demo's own secrets: made at the first start and kept with its data, readable by the owner only. */
export function demoSecrets(folder: string): DemoSecrets {
  const file = path.join(folder, 'secrets.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as DemoSecrets;
  const key = (name: string) => `${name}:${randomBytes(32).toString('base64')}`;
  const secrets: DemoSecrets = {
    jwtKeys: key('demo1'),
    qrKeys: key('demo1'),
    wechatSecret: randomBytes(16).toString('hex'),
    workChatSecret: randomBytes(16).toString('hex'),
    ossSecret: randomBytes(16).toString('hex'),
  };
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}
