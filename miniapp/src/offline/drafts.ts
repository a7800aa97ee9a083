import { now } from '../api/clock';
import type { NewReport, PackPoint, ScanAnswer } from '../api/types';
import type { Position } from '../device/device';
import { isShown, type DraftAnswer, type FillItem } from './checks';
import { distanceM } from './geo';
import { keptMap } from './keep';
import { dropPhoto, photos } from './photos';
import { uuid } from './uuid';

/** A checklist being filled in. Everything that the report will need is in it: it must survive without signal. */
export interface Draft {
  /** Of the report that it becomes: however often it is sent, it counts once. */
  clientUuid: string;
  taskId: string;
  taskDate: string;
  graceUntil: string;
  point: {
    id: string;
    code: string;
    name: string;
    type: string;
    place: string;
    enterpriseId: string;
    enterprise: string;
  };
  checklistId: string;
  items: FillItem[];
  lastAt: string | null;
  scan: { ticket?: string; token: string; scannedAt: string };
  position?: Position;
  /** From the point, metres; null when either place is unknown. */
  distanceM: number | null;
  /** The distance that counts as being there. */
  fenceM: number;
  startedAt: string;
  savedAt: string;
  answers: Record<string, DraftAnswer>;
  /** Hashes of the photos taken, by item code. */
  photos: Record<string, string[]>;
}

/** Drafts by task. */
export const drafts = keptMap<Draft>('draft');

const COMMON = () => ({
  clientUuid: uuid(),
  startedAt: now().toISOString(),
  savedAt: now().toISOString(),
  answers: {},
  photos: {},
});

function away(position: Position | undefined, place: { lng: number | null; lat: number | null }): number | null {
  if (position === undefined || place.lng === null || place.lat === null) return null;
  return Math.round(distanceM(position, { lng: place.lng, lat: place.lat }));
}

/** A draft from the server's answer to a scan. */
export function draftFromScan(
  answer: ScanAnswer,
  enterpriseId: string,
  token: string,
  scannedAt: string,
  position: Position | undefined,
): Draft {
  const { task, point, checklist } = answer;
  return {
    ...COMMON(),
    taskId: task.id,
    taskDate: task.date,
    graceUntil: task.graceUntil,
    point: { ...point, enterpriseId },
    checklistId: checklist.id,
    items: checklist.items.map((item) => ({ ...item, last: (item.last ?? null) as FillItem['last'] })),
    lastAt: checklist.lastAt,
    scan: { ticket: answer.scanTicket, token, scannedAt },
    ...(position === undefined ? {} : { position }),
    distanceM: away(position, point),
    fenceM: point.fenceM,
  };
}

/** A draft from what the phone keeps: no signal. */
export function draftFromPack(
  task: { id: string; date: string; graceUntil: string },
  point: PackPoint,
  items: readonly FillItem[],
  token: string,
  scannedAt: string,
  position: Position | undefined,
): Draft {
  return {
    ...COMMON(),
    taskId: task.id,
    taskDate: task.date,
    graceUntil: task.graceUntil,
    point: {
      id: point.id,
      code: point.code,
      name: point.name,
      type: point.type,
      place: point.place,
      enterpriseId: point.enterprise.id,
      enterprise: point.enterprise.name,
    },
    checklistId: point.checklistId,
    items: [...items],
    lastAt: point.lastAt,
    scan: { token, scannedAt },
    ...(position === undefined ? {} : { position }),
    distanceM: away(position, point),
    fenceM: point.fenceM,
  };
}

/** The report of a draft that has no gaps. `sentAt` is added at each sending. */
export function reportOf(draft: Draft): Omit<NewReport, 'sentAt'> {
  const shown = draft.items.filter(isShown);
  return {
    clientUuid: draft.clientUuid,
    taskId: draft.taskId,
    checklistId: draft.checklistId,
    answers: shown.flatMap(({ code, type }) => {
      const { value, note, worse } = draft.answers[code] ?? {};
      if (type === 'photo' || value === undefined) return [];
      const text = (note ?? '').trim();
      return [{ code, value, ...(text === '' ? {} : { note: text }), ...(worse === undefined ? {} : { worse }) }];
    }),
    photos: shown.flatMap(({ code }) =>
      (draft.photos[code] ?? []).flatMap((hash) => {
        const photo = photos.get(hash);
        if (photo === undefined) return [];
        const { sha256, bytes, contentType, takenAt } = photo;
        return [{ itemCode: code, sha256, bytes, contentType, takenAt }];
      }),
    ),
    scan: draft.scan,
    ...(draft.position === undefined ? {} : { position: draft.position }),
    startedAt: draft.startedAt,
    filledAt: now().toISOString(),
  };
}

/** Gives up a draft and its photos. */
export async function dropDraft(draft: Draft): Promise<void> {
  await drafts.remove(draft.taskId);
  for (const hash of Object.values(draft.photos).flat()) await dropPhoto(hash);
}
