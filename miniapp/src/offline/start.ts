import { loadClock } from '../api/clock';
import { loadSession, sessionStore } from '../api/session';
import { device } from '../device/platform';
import { corrections } from './corrections';
import { announced, duties, findings, pack, today, warnings, week } from './day';
import { drafts } from './drafts';
import { oneAtATime } from './one-at-a-time';
import { outbox, sent, tidyDrafts } from './outbox';
import { photos } from './photos';
import { deliveries, sync, syncNow } from './sync';
import { visitDrafts, visitOutbox } from './visits';

/** Reads what the phone knows: session, clock, lists, drafts, outbox. Before the first screen asks for anything. */
export const ready: Promise<void> = (async () => {
  await loadClock();
  await loadSession();
  if (sessionStore.get().phase === 'in') await loadOwn();
})();

/** Reads what belongs to the person who is signed in, and begins to send what waits. */
export async function loadOwn(): Promise<void> {
  await Promise.all([
    today.load(),
    week.load(),
    pack.load(),
    findings.load(),
    announced.load(),
    duties.load(),
    warnings.load(),
    corrections.load(),
    drafts.load(),
    outbox.load(),
    sent.load(),
    photos.load(),
    visitDrafts.load(),
    visitOutbox.load(),
  ]);
  await tidyDrafts();
  syncNow();
}

/** Sends whenever the network comes back. */
export function watchNetwork(): void {
  device.onOnline(syncNow);
}

/** What a delivery changes: the list, what has to be corrected, an official's duties. Each delivery is followed. */
const follow = oneAtATime(async () => {
  const officer = sessionStore.get().person?.roles.includes('officer') === true;
  await (officer ? Promise.all([today.refresh(), findings.refresh()]) : refreshDuties());
});
deliveries.subscribe(() => void follow());

/** Asks the server for what an official's day needs. */
export async function refreshDuties(): Promise<void> {
  await Promise.all([warnings.refresh(), duties.refresh()]);
}

/** Asks the server for everything that the day needs, list first. */
export async function refreshDay(): Promise<void> {
  await today.refresh();
  void sync();
  await Promise.all([week.refresh(), findings.refresh(), announced.refresh(), pack.refresh()]);
}
