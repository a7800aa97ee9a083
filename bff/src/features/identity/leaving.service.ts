import type { Tx } from '../../core/database';
import type { Core } from '../../core/feature';
import { lockHolders, release } from './identity.store';
import type { PeopleCache } from './people.service';
import type { Provider } from './person.store';

/** Accounts that a platform has closed to us. */
export interface Released {
  provider: Provider;
  subjects: readonly string[];
}

/** Whoever has left the organisation loses the binding and every token with it; his record and his grants stay. */
export async function releaseAccounts(
  { events }: Core,
  cache: PeopleCache,
  tx: Tx,
  { provider, subjects }: Released,
): Promise<void> {
  if (subjects.length === 0) return;
  const holders = await lockHolders(tx, provider, subjects);
  if (holders.length === 0) return;
  await release(tx, provider, holders);
  await events.append(
    tx,
    holders.map((id) => ({
      type: 'person.unbound',
      subject: { type: 'person', id },
      actorId: null,
      payload: { provider, left: true },
    })),
  );
  holders.forEach((id) => cache.forget(id));
}
