import { api } from '../../api/client';
import { sessionStore } from '../../api/session';
import type { CaseRows, Priorities, StayRows, VisitRows } from '../../api/types';
import { kept } from '../../offline/day';
import { refreshDuties } from '../../offline/start';
import { conducts } from './roles';

/** Where a visit helps most: kept on the phone, since the road there has no signal. */
export const priorities = kept<Priorities>('priorities', () => api.priorities());

/** Visits of the region, kept for the road as well. */
export const visits = kept<VisitRows>('visits', () => api.visits());

/** Who is under key supervision, and the cases: the road to a check has no signal either. */
export const stays = kept<StayRows>('stays', () => api.stays());
export const cases = kept<CaseRows>('cases', () => api.cases());

/** What an official's first screen needs, from the server. */
export async function refreshTownship(): Promise<void> {
  const watching = conducts(sessionStore.get().person) ? [stays.refresh()] : [];
  await Promise.all([refreshDuties(), priorities.refresh(), ...watching]);
}
