import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Config } from './config';

/** What an instance is called in leases. */
export interface Instance {
  /** Stays over a restart; two that run at the same time never share it. */
  name: string;
  /** `<hash of the name>.<this run>`: leases begin with it. */
  id: string;
}

/** The configured name, or host and port: nobody else can listen there. On any free port, an instance has no past. */
export function thisInstance({ instanceName, port }: Pick<Config, 'instanceName' | 'port'>): Instance {
  const name = instanceName ?? (port === 0 ? randomUUID() : `${hostname()}:${port}`);
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return { name: name.slice(0, 200), id: `${hash}.${randomBytes(6).toString('hex')}` };
}
