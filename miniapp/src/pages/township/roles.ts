import type { Me, StayRow } from '../../api/types';

const has = (person: Me | undefined, role: Me['roles'][number]): boolean => person?.roles.includes(role) ?? false;

/** Who conducts key supervision and cases; the township reads along. */
export const conducts = (person: Me | undefined): boolean => has(person, 'enforcement') || has(person, 'regulator');

/** Who decides about proposals. */
export const decides = (person: Me | undefined): boolean => has(person, 'regulator');

/** Stays that wait for a step of this person's: a decision, or a check on site. */
export function ownSteps(rows: readonly StayRow[], person: Me | undefined): StayRow[] {
  return rows.filter(({ state }) =>
    state === 'proposed' ? decides(person) : state === 'checking' && conducts(person),
  );
}
