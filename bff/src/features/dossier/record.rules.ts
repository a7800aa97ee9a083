import type { OFFICIALS } from '../../core/actor';
import type { Problem } from '../../core/problem';
import { dossierProblems } from './dossier.problems';

export const RECORDS = ['petition', 'penalty', 'incident'] as const;
export type RecordType = (typeof RECORDS)[number];

export type RecordState =
  'received' | 'verified' | 'unfounded' | 'in_force' | 'reported' | 'confirmed' | 'closed' | 'voided';

export const ACTIONS = {
  petition: ['verify', 'dismiss', 'void'],
  penalty: ['void'],
  incident: ['confirm', 'dismiss', 'close', 'void'],
} as const;
export type RecordAction = (typeof ACTIONS)[RecordType][number];

/** Days to look into a petition, to confirm an incident, and then to close it. Ours. */
export const PETITION_DAYS = 60;
export const CONFIRM_DAYS = 3;
export const CLOSE_DAYS = 30;

const NEXT: Readonly<Record<RecordAction, RecordState>> = {
  verify: 'verified',
  dismiss: 'unfounded',
  confirm: 'confirmed',
  close: 'closed',
  void: 'voided',
};

/** Whose turn it is in the enterprise's region; nobody's once there is a conclusion. */
export function ownerOf(state: RecordState): (typeof OFFICIALS)[number] | null {
  return state === 'received' || state === 'reported' || state === 'confirmed' ? 'enforcement' : null;
}

/** The state that a legal step leads to. */
export function stateAfter(action: RecordAction): RecordState {
  return NEXT[action];
}

/** Why a step is not legal now; undefined when it is. A record that has its conclusion can only be voided. */
export function illegal(action: RecordAction, state: RecordState): Problem | undefined {
  if (state === 'voided') return dossierProblems.VOIDED();
  switch (action) {
    case 'void':
      return undefined;
    case 'close':
      if (state === 'closed') return dossierProblems.ALREADY_CLOSED();
      return state === 'confirmed' ? undefined : dossierProblems.NOT_CONFIRMED();
    default:
      return state === 'received' || state === 'reported' ? undefined : dossierProblems.ALREADY_DECIDED();
  }
}
