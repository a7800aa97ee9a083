import { api } from '../api/client';
import { now } from '../api/clock';
import { ApiProblem, isTemporary } from '../api/http';
import type { VisitRecord } from '../api/types';
import { keptMap } from './keep';
import { photos, releasePhoto, type KeptPhoto } from './photos';

/** A visit as it is being written down on the spot. It stays on the phone until the server has it. */
export interface VisitDraft {
  enterprise: { id: string; name: string };
  /** The planned visit that it records; without it, one that nobody had planned. */
  visitId?: string;
  /** Of an unplanned one: what it is for, and why somebody goes who should not have to. */
  purpose: string;
  overrideReason?: string;
  warningId?: string;
  /** The code of the door that was scanned, and when. */
  token?: string;
  arrivedAt?: string;
  photos: string[];
  taught: string;
  lacks: string;
  internalNote: string;
  agreed: { text: string; by: string }[];
  /** Why the server would not take it. */
  refusal?: string;
}

/** By visit, or by 'new:' and the enterprise. */
export const visitDrafts = keptMap<VisitDraft>('visit');

interface OutgoingVisit {
  clientUuid: string;
  key: string;
  draft: VisitDraft;
  leftAt: string;
}

/** Records that the server has not confirmed, by client uuid. */
export const visitOutbox = keptMap<OutgoingVisit>('visitout');

export const keyOf = (visitId: string | undefined, enterpriseId: string): string => visitId ?? `new:${enterpriseId}`;

export function emptyDraft(enterprise: VisitDraft['enterprise'], given: Partial<VisitDraft> = {}): VisitDraft {
  return { enterprise, purpose: '', photos: [], taught: '', lacks: '', internalNote: '', agreed: [], ...given };
}

/** Puts a finished record where it is sent from. The draft goes only when it lies there: a kill in between loses nothing. */
export async function submitVisit(key: string, draft: VisitDraft, clientUuid: string): Promise<void> {
  const { refusal: _refusal, ...clean } = draft;
  await visitOutbox.set(clientUuid, { clientUuid, key, draft: clean, leftAt: now().toISOString() });
  await visitDrafts.remove(key);
}

/** Not a refusal of the record: its photos have not arrived yet. */
const PHOTOS_LATER = 'ASSIST.PHOTO_NOT_STORED';

/**
 * Sends the records that wait, their photos first, if the store takes them. Throws what stops it; a record that is
 * refused becomes a draft again.
 */
export async function sendVisits(
  upload: (waiting: readonly KeptPhoto[]) => Promise<boolean>,
  delivered: () => void,
): Promise<void> {
  const oldestFirst = visitOutbox.all().sort((a, b) => a.leftAt.localeCompare(b.leftAt));
  for (const outgoing of oldestFirst) {
    const { draft, clientUuid } = outgoing;
    let arrived = false;
    try {
      arrived = await upload(draft.photos.flatMap((hash) => photos.get(hash) ?? []).filter((photo) => !photo.uploaded));
      await send(outgoing);
    } catch (error) {
      if (!(error instanceof ApiProblem) || isTemporary(error)) throw error;
      if (error.code === PHOTOS_LATER && !arrived) continue;
      await visitDrafts.set(outgoing.key, { ...draft, refusal: error.message });
      await visitOutbox.remove(clientUuid);
      continue;
    }
    await visitOutbox.remove(clientUuid);
    delivered();
    for (const hash of draft.photos) await releasePhoto(hash);
  }
}

function send({ clientUuid, draft, leftAt }: OutgoingVisit): Promise<unknown> {
  const { token = '', arrivedAt = leftAt, taught, lacks, internalNote } = draft;
  const record: VisitRecord = {
    token,
    arrivedAt,
    leftAt,
    sentAt: now().toISOString(),
    photos: draft.photos,
    agreed: draft.agreed,
    ...(taught.trim() === '' ? {} : { taught: taught.trim() }),
    ...(lacks.trim() === '' ? {} : { lacks: lacks.trim() }),
    ...(internalNote.trim() === '' ? {} : { internalNote: internalNote.trim() }),
  };
  if (draft.visitId !== undefined) return api.recordVisit(draft.visitId, { clientUuid, ...record });
  return api.recordUnplanned({
    clientUuid,
    enterpriseId: draft.enterprise.id,
    purpose: draft.purpose,
    ...(draft.warningId === undefined ? {} : { warningId: draft.warningId }),
    ...(draft.overrideReason === undefined ? {} : { overrideReason: draft.overrideReason }),
    ...record,
  });
}
