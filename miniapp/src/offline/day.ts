import { api } from '../api/client';
import { dateOf, now } from '../api/clock';
import { ApiProblem, isTemporary, SignedOut } from '../api/http';
import type { DayList, FindingRow, Pack, VisitRows, WarningRow, WeekList } from '../api/types';
import { createStore } from '../components/store';
import { NetworkError } from '../device/device';
import { keep } from './keep';

/**
 * Why the newest answer is not there: no network, no answer with one, an answer that is none (a server in trouble), a
 * clear no, a session that is over.
 */
export type Trouble = 'offline' | 'silent' | 'server' | 'refused' | 'expired';

interface Known<T> {
  value?: T;
  /** When the server said so, ISO. */
  at?: string;
  trouble?: Trouble;
  loading: boolean;
}

export function troubleOf(error: unknown): Trouble {
  if (error instanceof SignedOut) return 'expired';
  if (error instanceof NetworkError) return error.offline ? 'offline' : 'silent';
  return error instanceof ApiProblem && !isTemporary(error) ? 'refused' : 'server';
}

interface Saved<T> {
  value: T;
  at: string;
}

/** Something of the server's that the phone keeps: shown at once from the phone, then as the server has it now. */
export function kept<T>(key: string, fetch: () => Promise<T>, stillGood: (saved: Saved<T>) => boolean = () => true) {
  const store = createStore<Known<T>>({ loading: true });
  return {
    store,
    /** From the phone. */
    load: async () => {
      const saved = await keep.get<Saved<T>>(key);
      store.set(saved === undefined || !stillGood(saved) ? { loading: true } : { ...saved, loading: true });
    },
    /** From the server. */
    refresh: async () => {
      store.update((known) => ({ ...known, loading: true }));
      try {
        const saved = { value: await fetch(), at: now().toISOString() };
        store.set({ ...saved, loading: false });
        await keep.set(key, saved).catch(() => undefined);
      } catch (error) {
        const trouble = troubleOf(error);
        store.update((known) => {
          const { value, at } = known;
          // The app may have been open overnight.
          const good = value !== undefined && at !== undefined && stillGood({ value, at });
          return { ...(good ? { value, at } : {}), loading: false, trouble };
        });
      }
    },
  };
}

const ofToday = (saved: Saved<DayList>) => saved.value.date === dateOf(now());

/** Today's list. Yesterday's is not shown as today's: it would send the officer to the wrong doors. */
export const today = kept<DayList>('today', () => api.today(), ofToday);
export const week = kept<WeekList>('week', () => api.week());
/** Visits that officials have announced to the officer's enterprise, or made there. */
export const announced = kept<VisitRows>('announced', () => api.visits());

/** What has to be corrected, and what waits to be verified. */
export const findings = kept<{ open: FindingRow[]; submitted: FindingRow[] }>('findings', async () => {
  const [open, submitted] = await Promise.all([api.findings('open'), api.findings('submitted')]);
  return { open: open.rows, submitted: submitted.rows };
});
/** For officials: corrections to verify, and officers who ask for more time. */
export const duties = kept<{ verify: FindingRow[]; extensions: FindingRow[] }>('duties', async () => {
  const [verify, extensions] = await Promise.all([api.findings('submitted'), api.extensionsAsked()]);
  return {
    // Minor ones are verified by the next normal report.
    verify: verify.rows.filter((row) => row.severity !== 'minor'),
    extensions: extensions.rows.filter((row) => row.state !== 'closed'),
  };
});
/** For officials: what needs an eye, the most urgent first. */
export const warnings = kept<WarningRow[]>('warnings', async () => (await api.warnings()).rows);
/** How many of them nobody has taken on: the tab and the list say the same number. */
export const toActOn = (rows: readonly WarningRow[]): number => rows.filter(({ state }) => state === 'open').length;
/** Checklists, limits and last values of all the officer's points: what filling needs without signal. */
export const pack = kept<Pack>('pack', () => api.pack());
