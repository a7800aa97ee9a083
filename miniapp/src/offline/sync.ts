import { api } from '../api/client';
import { now } from '../api/clock';
import { ApiProblem, isTemporary, SignedOut } from '../api/http';
import { sessionStore } from '../api/session';
import type { Receipt } from '../api/types';
import { createStore } from '../components/store';
import { device } from '../device/platform';
import { troubleOf, type Trouble } from './day';
import { noted } from './keep';
import { oneAtATime } from './one-at-a-time';
import { confirm, outbox, queue, sent, type Outgoing } from './outbox';
import { dropPhoto, photos, type KeptPhoto } from './photos';
import { sendVisits } from './visits';

/** What the sender is doing, for the outbox's screen. */
export interface SyncState {
  busy: boolean;
  trouble?: Trouble;
  lastTryAt?: string;
  nextTryAt?: string;
}

export const syncStore = createStore<SyncState>({ busy: false });

/** How many reports and visits the server has taken since the app began: whoever shows what they change follows it. */
export const deliveries = createStore(0);
const delivered = () => deliveries.update((count) => count + 1);

/** Waits between automatic tries, ms; the last one repeats. */
const WAITS_MS = [5_000, 15_000, 60_000, 300_000];
const TICKETS_AT_ONCE = 20;
/** Answers about the caller, not about one report: the next report would get the same. */
const STOPS = new Set([401, 429]);
const MOST_RESENT = 3;
/** The store has an object of this name already: an earlier try arrived, only its answer did not. */
const THERE_ALREADY = 409;
/** A receipt's photos are looked at again after this. */
const RECHECK_MS = 15_000;

let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Sends what waits: each report in order with its photos before it. A photo store that does not answer keeps back no
 * report: they go alone, the photos follow. Called as often as one likes; one run at a time.
 */
export const sync = oneAtATime(run);

async function run(): Promise<void> {
  if (sessionStore.get().phase !== 'in') return;
  if (timer !== undefined) clearTimeout(timer);
  syncStore.set({ busy: true });
  const store = new PhotoRun();
  try {
    await sendAll(store);
    await sendVisits((waiting) => store.upload(waiting), delivered);
    // Of forms that are still open, and of what went ahead of its photos.
    await store.upload(photos.all().filter((photo) => !photo.uploaded && !lost.has(photo.sha256)));
    await recheckSent(store);
    if (store.failure !== undefined) throw store.failure;
    failures = 0;
    syncStore.set({ busy: false });
    if (unsure().length > 0) schedule(RECHECK_MS);
  } catch (error) {
    const trouble = troubleOf(error);
    syncStore.set({ busy: false, trouble, lastTryAt: now().toISOString() });
    // Signing in again is the officer's turn, and begins the sending anew; everything else is tried again.
    if (trouble !== 'expired') schedule(WAITS_MS[Math.min(failures++, WAITS_MS.length - 1)] ?? 0, true);
  }
}

function schedule(ms: number, told = false): void {
  if (timer !== undefined) clearTimeout(timer);
  timer = setTimeout(() => void sync(), ms);
  if (told) syncStore.update((state) => ({ ...state, nextTryAt: new Date(now().getTime() + ms).toISOString() }));
}

type PhotoState = Receipt['photos'][number]['state'];

/** Photos whose file is not on this phone any more: there is nothing to send. */
const lost = new Set<string>();

/** One run's way to the photo store: after the first failure it is left alone until the next run. */
class PhotoRun {
  failure: Error | undefined;

  /** Uploads photos as far as the store takes them; false when it does not. Throws only when the session is over. */
  async upload(waiting: readonly KeptPhoto[]): Promise<boolean> {
    if (this.failure !== undefined) return false;
    try {
      await uploadAll(waiting);
      return true;
    } catch (error) {
      if (error instanceof SignedOut) throw error;
      this.failure = error instanceof Error ? error : new Error(String(error));
      return false;
    }
  }
}

/** Photos of something that is sent by hand: it goes in any case, those that did not arrive follow by themselves. */
export async function uploadFirst(hashes: readonly string[]): Promise<void> {
  const waiting = hashes.flatMap((hash) => photos.get(hash) ?? []).filter((photo) => !photo.uploaded);
  if (!(await new PhotoRun().upload(waiting))) schedule(WAITS_MS[0] ?? 0);
}

/** Every report that waits. One that the server cannot take does not keep back the others: the error comes at the end. */
async function sendAll(store: PhotoRun): Promise<void> {
  let failed: ApiProblem | undefined;
  for (const outgoing of queue()) {
    try {
      await sendOne(outgoing, store);
    } catch (error) {
      if (!(error instanceof ApiProblem) || STOPS.has(error.status)) throw error;
      failed ??= error;
    }
  }
  if (failed !== undefined) throw failed;
}

/** One report: its photos first, if the store takes them. Throws what stops the queue; a final refusal does not. */
async function sendOne(outgoing: Outgoing, store: PhotoRun): Promise<void> {
  const { clientUuid } = outgoing.report;
  const keepNow = (change: Partial<Outgoing>) => noted(outbox.set(clientUuid, { ...outgoing, ...change }));
  const lastTryAt = now().toISOString();
  try {
    await store.upload(
      outgoing.report.photos.flatMap(({ sha256 }) => photos.get(sha256) ?? []).filter((photo) => !photo.uploaded),
    );
    const receipt = await api.send({ ...outgoing.report, sentAt: now().toISOString() });
    if (receipt.outcome === 'already_closed') {
      await keepNow({
        lastTryAt,
        conflict: { by: receipt.reportedBy, at: receipt.filledAt, reportId: receipt.reportId },
      });
      delivered();
      return;
    }
    await confirm(outgoing, receipt);
    delivered();
  } catch (error) {
    if (error instanceof ApiProblem && !isTemporary(error)) {
      const { code, message, requestId } = error;
      await keepNow({ lastTryAt, refusal: { code, message, requestId } });
      return;
    }
    await keepNow({ lastTryAt, trouble: troubleOf(error) });
    throw error;
  }
}

/** Uploads photos that the store does not have; throws what stops it. Each one that arrived is noted at once, so that a cut costs at most one. */
async function uploadAll(waiting: readonly KeptPhoto[]): Promise<void> {
  const byEnterprise = new Map<string, KeptPhoto[]>();
  for (const photo of waiting) {
    byEnterprise.set(photo.enterpriseId, [...(byEnterprise.get(photo.enterpriseId) ?? []), photo]);
  }
  for (const [enterpriseId, list] of byEnterprise) {
    for (let from = 0; from < list.length; from += TICKETS_AT_ONCE) {
      await uploadSome(enterpriseId, list.slice(from, from + TICKETS_AT_ONCE));
    }
  }
}

async function uploadSome(enterpriseId: string, some: readonly KeptPhoto[]): Promise<void> {
  const { tickets } = await api.tickets(
    enterpriseId,
    some.map(({ sha256, bytes, contentType }) => ({ sha256, bytes, contentType })),
  );
  for (const ticket of tickets) {
    const photo = photos.get(ticket.sha256);
    if (photo === undefined) continue;
    if (!ticket.alreadyStored) {
      // Without its file a photo cannot be sent; the report goes all the same and the server asks for it.
      if ((await device.files.show(photo.sha256)) === undefined) {
        lost.add(photo.sha256);
        continue;
      }
      const { url, fields } = ticket;
      if (url === null || fields === null) continue;
      const status = await device.upload(photo.sha256, { url, fields, contentType: photo.contentType });
      if (status >= 300 && status !== THERE_ALREADY) throw new Error(`the photo store answered ${status}`);
    }
    // It may have been thrown away meanwhile.
    const kept = photos.get(photo.sha256);
    if (kept === undefined || kept.leaving === true) await dropPhoto(photo.sha256);
    else await noted(photos.set(photo.sha256, { ...kept, uploaded: true }));
  }
}

/** Sent reports whose photos the server has not all seen, as far as this phone can help. */
const unsure = () =>
  sent
    .all()
    .filter(({ receipt }) =>
      receipt.photos.some(({ state, sha256 }) => state === 'waiting' || canResend(state, sha256)),
    );

/** A file that arrives broken each time is not sent for ever. */
function canResend(state: PhotoState, hash: string): boolean {
  const photo = photos.get(hash);
  return (state === 'missing' || state === 'broken') && photo !== undefined && (photo.resent ?? 0) < MOST_RESENT;
}

/** Asks for the photos of sent reports: verified ones leave the phone, lost ones are sent again. */
async function recheckSent(store: PhotoRun): Promise<void> {
  for (const each of unsure()) {
    const receipt = await api.receipt(each.receipt.reportId);
    await noted(sent.set(receipt.clientUuid, { ...each, receipt }));
    for (const { sha256, state } of receipt.photos) if (state === 'verified') await dropPhoto(sha256);
    const wanted = receipt.photos.filter(({ state, sha256 }) => canResend(state, sha256));
    const here = [...new Set(wanted.map(({ sha256 }) => sha256))].flatMap((hash) => photos.get(hash) ?? []);
    if (here.length === 0 || !(await store.upload(here))) continue;
    for (const photo of here) {
      await noted(photos.set(photo.sha256, { ...photo, uploaded: true, resent: (photo.resent ?? 0) + 1 }));
    }
    await api.photosAgain(receipt.reportId);
    // The server looks at them again: so does this phone.
    await noted(
      sent.set(receipt.clientUuid, {
        ...each,
        receipt: {
          ...receipt,
          photos: receipt.photos.map((photo) => ({
            ...photo,
            state: photo.state === 'verified' ? 'verified' : 'waiting',
          })),
        },
      }),
    );
  }
}

/** Tries now: the officer asked, the network is back, or the app is in front again. */
export function syncNow(): void {
  failures = 0;
  void sync();
}
