import { sessionStore } from '../api/session';
import type { Trouble } from '../offline/day';
import { heldOf, type Held } from '../offline/held';
import { outbox, sent } from '../offline/outbox';
import { photos } from '../offline/photos';
import { syncStore } from '../offline/sync';
import { words } from '../words';
import { useStore } from './store';

export function useHeld(): Held {
  return heldOf(useStore(outbox.store).values(), useStore(sent.store).values(), useStore(photos.store));
}

/** What keeps back what waits, and when it goes. */
export function useSending(): { trouble: Trouble | undefined; how: string } {
  const { phase } = useStore(sessionStore);
  const state = useStore(syncStore);
  const trouble = phase === 'expired' ? 'expired' : state.trouble;
  return { trouble, how: trouble === undefined ? words.sending.now : words.sending.after[trouble] };
}
