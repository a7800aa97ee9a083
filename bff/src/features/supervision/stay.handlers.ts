import type { EventHandler } from '../../core/events';
import { tellOf } from '../notifications';
import { exitWords } from './stay.present';
import { quietDays } from './stay.store';

const TOLD = ['supervision.confirmed', 'supervision.kept', 'supervision.left'] as const;

/** What becomes of supervision is told to the enterprise; whether it was read can be seen. */
export function stayHandlers(): EventHandler[] {
  return TOLD.map((type) => ({
    type,
    handle: async (tx, event) => tellOf(tx, type, event, { values: { exit: exitWords(await quietDays(tx)) } }),
  }));
}
