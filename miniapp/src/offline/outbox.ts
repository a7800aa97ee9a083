import { now } from '../api/clock';
import type { NewReport, Receipt } from '../api/types';
import type { Trouble } from './day';
import { drafts, reportOf, type Draft } from './drafts';
import { keptMap, noted } from './keep';
import { dropPhoto, photos } from './photos';

/** A report that the server has not confirmed. */
export interface Outgoing {
  report: Omit<NewReport, 'sentAt'>;
  /** As it was filled in: a refused report can be opened and mended. */
  draft: Draft;
  queuedAt: string;
  lastTryAt?: string;
  /** Why the last try failed, when it may work later. */
  trouble?: Trouble;
  /** The server's final no. */
  refusal?: { code: string; message: string; requestId: string };
  /** Somebody else's report of the same task came first. */
  conflict?: { by: string; at: string; reportId: string };
}

/** A report that the server has, while its photos are still being checked there. */
export interface Sent {
  receipt: Receipt;
  draft: Draft;
  at: string;
}

/** By client uuid of the report. */
export const outbox = keptMap<Outgoing>('out');
export const sent = keptMap<Sent>('sent');

/** Reports of which a receipt is kept on the phone at most. */
const KEPT_RECEIPTS = 20;

/** It needs the officer: refused, or somebody else was faster. */
export const isStuck = (each: Outgoing): boolean => each.refusal !== undefined || each.conflict !== undefined;

/** Oldest first: the order in which they are sent. */
export function queue(): Outgoing[] {
  return outbox
    .all()
    .filter((each) => !isStuck(each))
    .sort((a, b) => a.queuedAt.localeCompare(b.queuedAt));
}

/** Puts a finished draft into the outbox. The draft goes only when the outbox has it: a kill in between loses nothing. */
export async function submit(draft: Draft): Promise<Outgoing> {
  const outgoing: Outgoing = { report: reportOf(draft), draft, queuedAt: now().toISOString() };
  try {
    await outbox.set(draft.clientUuid, outgoing);
  } catch (error) {
    // Not on the phone: it stays a form, and is not sent behind the officer's back.
    await outbox.remove(draft.clientUuid);
    throw error;
  }
  await drafts.remove(draft.taskId);
  return outgoing;
}

/** Opens a refused report again, under a new id: the server has judged the old one. */
export async function mend(outgoing: Outgoing, freshUuid: string): Promise<Draft> {
  const draft = { ...outgoing.draft, clientUuid: freshUuid };
  await drafts.set(draft.taskId, draft);
  await outbox.remove(outgoing.report.clientUuid);
  return draft;
}

/** Gives up a report for good, by the officer's own wish. */
export async function discard(outgoing: Outgoing): Promise<void> {
  await outbox.remove(outgoing.report.clientUuid);
  for (const { sha256 } of outgoing.report.photos) await dropPhoto(sha256);
}

/** The server has it. */
export async function confirm(outgoing: Outgoing, receipt: Receipt): Promise<void> {
  const { clientUuid } = outgoing.report;
  await noted(sent.set(clientUuid, { receipt, draft: outgoing.draft, at: now().toISOString() }));
  await outbox.remove(clientUuid);
  const old = sent
    .all()
    .sort((a, b) => b.at.localeCompare(a.at))
    .slice(KEPT_RECEIPTS);
  for (const each of old) await forgetSent(each);
}

/** Forgets a receipt and what is left of its photos. */
async function forgetSent(each: Sent): Promise<void> {
  await sent.remove(each.receipt.clientUuid);
  for (const { sha256 } of each.receipt.photos) await dropPhoto(sha256);
}

/** Drafts that are in the outbox already: the app was killed between the two steps. */
export async function tidyDrafts(): Promise<void> {
  for (const draft of drafts.all()) {
    if (outbox.get(draft.clientUuid) !== undefined || sent.get(draft.clientUuid) !== undefined) {
      await drafts.remove(draft.taskId);
    }
  }
}

/** Bytes of a report and its photos on the phone. */
export function sizeOf({ report }: Outgoing): number {
  return report.photos.reduce((sum, photo) => sum + photo.bytes, 0) + JSON.stringify(report).length;
}

/** How many of the report's photos are there already. */
export function photosSent({ report }: Outgoing): { done: number; all: number } {
  const done = report.photos.filter(({ sha256 }) => photos.get(sha256)?.uploaded === true).length;
  return { done, all: report.photos.length };
}
