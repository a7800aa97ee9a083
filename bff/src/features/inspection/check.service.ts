import { createHash, randomUUID } from 'node:crypto';
import type { Tx } from '../../core/database';
import type { Core } from '../../core/feature';
import { GatewayError } from '../../gateways/gateway-error';
import type { ObjectStore } from '../../gateways/object-store';
import { claimPhotos, dueCounts, giveBack, recordVerdicts, type DuePhoto, type Verdict } from './check.store';
import { lockReports, reweigh } from './evidence.service';
import { nextLookS } from './photo.rules';
import { cameraMinutesOff, inboxKey, objectKey } from './photo.store';
import { lookAt } from './picture.service';
import { filePrints, seenBefore } from './print.store';
import { MAX_PHOTO_BYTES } from './report.schema';

/** Photos looked at side by side. */
const LANES = 4;
/** Photos that one lane takes, and whose verdicts it commits, together. */
const BATCH = 16;
const LEASE_S = 120;
/** A drain gives the other queues their turn after so long. */
const TURN_MS = 1000;
/** A store in trouble is left alone for so long. */
const PAUSE_MS = 30_000;
/** Photos of a batch that are on their way at a time: the store is far away. */
const FETCHED_AT_ONCE = 4;
/** What was posted is not needed any more, or stands in the way of a better one. */
const SETTLED: ReadonlySet<string | undefined> = new Set(['verified', 'broken']);
const BLANK = { exifAt: null, phash: null, width: null, height: null };

/** The store did not answer, or refused us: nothing is known of any photo. */
class StoreTrouble extends Error {
  constructor(readonly code: string) {
    super(`the photo store is in trouble: ${code}`);
  }
}

/**
 * What looks at photos whose check is due, in lanes: is the object there, is it what was announced, is it a picture, when
 * was it taken, was it seen before. A checked one lies where no ticket leads. A store that does not answer or refuses us is
 * never the photo's fault: everything waits for it, and it is told in the log and in /metrics.
 */
export function photoChecker(core: Core, store: ObjectStore): () => Promise<number> {
  const due = () => dueCounts(core.db.read, core.clock.now());
  core.metrics.gauge('photo_checks_waiting', 'Photos whose check is due', 'of', async () =>
    (await due()).map(({ of, waiting }) => ({ of, value: waiting })),
  );
  core.metrics.gauge('photo_checks_oldest_seconds', 'How long the oldest of them has been due', 'of', async () =>
    (await due()).map(({ of, oldestS }) => ({ of, value: oldestS })),
  );
  let pausedUntil = 0;
  let claiming: Promise<unknown> = Promise.resolve();
  const paused = () => core.clock.now().getTime() < pausedUntil;
  // One claim at a time: lanes that look for work together would only meet each other's locks.
  const claimed = (owner: string): Promise<DuePhoto[]> => {
    const mine = claiming.then(() => claimDue(core, owner));
    claiming = mine.catch(() => undefined);
    return mine;
  };
  const lane = async (until: number): Promise<number> => {
    let done = 0;
    while (performance.now() < until && !paused()) {
      const owner = `${core.instanceId}:${randomUUID()}`.slice(0, 60);
      const photos = await claimed(owner);
      if (photos.length === 0) break;
      done += photos.length;
      // What is left waits for the requests that are in hand.
      if (core.pressure.isHigh) until = 0;
      const trouble = await checkBatch(core, store, owner, photos);
      if (trouble === undefined) continue;
      pausedUntil = core.clock.now().getTime() + PAUSE_MS;
      core.metrics.count('photo_store_trouble_total', { code: trouble.code });
      core.logger.error({ code: trouble.code }, 'the photo store does not answer or refuses us; photos wait');
    }
    return done;
  };
  return async () => {
    if (paused()) return 0;
    const until = performance.now() + TURN_MS;
    const done = await Promise.all(Array.from({ length: LANES }, () => lane(until)));
    return done.reduce((sum, each) => sum + each, 0);
  };
}

/** Photos that somebody has to decide about first: they are few. */
async function claimDue({ db, clock }: Core, owner: string): Promise<DuePhoto[]> {
  const evidence = await claimPhotos(db.read, 'evidence_photo', owner, clock.now(), BATCH, LEASE_S);
  const left = BATCH - evidence.length;
  if (left === 0) return evidence;
  return [...evidence, ...(await claimPhotos(db.read, 'report_photo', owner, clock.now(), left, LEASE_S))];
}

/** Looks at claimed photos and records what was found. Returns what the store has against us, if it has. */
async function checkBatch(
  core: Core,
  store: ObjectStore,
  owner: string,
  photos: readonly DuePhoto[],
): Promise<StoreTrouble | undefined> {
  const verdicts = new Map<DuePhoto, Verdict>();
  const settled: string[] = [];
  let trouble: StoreTrouble | undefined;
  // The same picture may stand for several items: it is fetched once.
  const contents = [...groupedBy(photos, (photo) => inboxKey(photo.enterprise_id, photo.sha256))];
  const fetcher = async () => {
    for (let next = contents.pop(); next !== undefined && trouble === undefined; next = contents.pop()) {
      const [inbox, same] = next;
      try {
        const verdictOf = await look(store, inbox, same, core.clock.now());
        for (const photo of same) verdicts.set(photo, verdictOf(photo));
        if (same.some((photo) => SETTLED.has(verdicts.get(photo)?.state))) settled.push(inbox);
      } catch (error) {
        if (!(error instanceof StoreTrouble)) throw error;
        trouble = error;
      }
    }
  };
  await Promise.all(Array.from({ length: FETCHED_AT_ONCE }, fetcher));
  await filePrints(core.db.read, printsOf(verdicts));
  await core.db.transaction((tx) => record(core, tx, owner, verdicts));
  for (const { state } of verdicts.values()) core.metrics.count('photos_checked_total', { state });
  const left = photos.filter((photo) => !verdicts.has(photo));
  await giveBack(core.db.read, left, owner, new Date(core.clock.now().getTime() + PAUSE_MS));
  // What stays behind is cleared by the bucket's own rule for old uploads.
  await store.remove(settled).catch(() => undefined);
  return trouble;
}

/** What is to be said of photos of one content. Throws StoreTrouble. */
async function look(
  store: ObjectStore,
  inbox: string,
  [photo]: readonly DuePhoto[],
  now: Date,
): Promise<(photo: DuePhoto) => Verdict> {
  const { enterprise_id: enterpriseId = 0, sha256 = '' } = photo ?? {};
  const kept = objectKey(enterpriseId, sha256);
  const broken = (reason: string) => (): Verdict => ({ ...BLANK, state: 'broken', reason, checkAt: now });
  let fault: string | undefined;
  for (const key of [inbox, kept]) {
    const object = await asked(store.read(key, MAX_PHOTO_BYTES));
    if (object === undefined) continue;
    if (object === 'too_large' || createHash('sha256').update(object.bytes).digest('hex') !== sha256) {
      fault ??= object === 'too_large' ? object : 'hash_differs';
      continue;
    }
    const looks = await lookAt(object.bytes).catch(() => undefined);
    if (looks === undefined) return broken('not_a_picture');
    const { contentType, ...seen } = looks;
    // When another lane was quicker, it lies there already.
    if (key === inbox && !(await copied(store, inbox, kept, { etag: object.etag, contentType }))) continue;
    return () => ({ ...seen, state: 'verified', reason: null, checkAt: now });
  }
  if (fault !== undefined) return broken(fault);
  return ({ attempts }) => {
    const wait = nextLookS(attempts);
    const reason = 'not_uploaded';
    if (wait === null) return { ...BLANK, state: 'missing', reason, checkAt: now };
    return { ...BLANK, state: 'waiting', reason, checkAt: new Date(now.getTime() + wait * 1000) };
  };
}

/** False when what was read has gone meanwhile. */
async function copied(...[store, ...order]: [ObjectStore, ...Parameters<ObjectStore['copy']>]): Promise<boolean> {
  try {
    await store.copy(...order);
    return true;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    if (error.code === 'NoSuchKey' || error.code === 'PreconditionFailed') return false;
    throw new StoreTrouble(String(error.code));
  }
}

/** What the store says of an object; everything that it says of us instead is trouble. */
async function asked<T>(answer: Promise<T>): Promise<T | 'too_large'> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    if (error.code === 'EntityTooLarge') return 'too_large';
    throw new StoreTrouble(String(error.code));
  }
}

const printsOf = (verdicts: ReadonlyMap<DuePhoto, Verdict>) =>
  [...verdicts].flatMap(([photo, { phash }]) =>
    phash === null || photo.believed_at === null
      ? []
      : [
          {
            enterpriseId: photo.enterprise_id,
            photoId: photo.id,
            reportId: photo.subject_id,
            phash,
            believedAt: photo.believed_at,
          },
        ],
  );

/** Verdicts, what the reports are worth now, and what has to be told: in one transaction. */
async function record(core: Core, tx: Tx, owner: string, verdicts: ReadonlyMap<DuePhoto, Verdict>): Promise<void> {
  const weighed = [...verdicts].filter(([photo, { state }]) => photo.table === 'report_photo' && state === 'verified');
  const reports = [...new Set(weighed.map(([photo]) => photo.subject_id))];
  const known = await lockReports(tx, reports);
  const recorded = await recordVerdicts(tx, verdicts, owner);
  const refused = [...verdicts].filter(
    ([photo, { state }]) => recorded.has(photo) && (state === 'missing' || state === 'broken'),
  );
  await core.events.append(tx, refused.map(refusedEvent));
  if (reports.length === 0) return;
  const { repeated, later } = await seenBefore(tx, reports);
  await weigh(tx, known, repeated);
  // A picture may be looked at before the one that it repeats: whoever comes second tells the other.
  const others = [...later].filter((id) => !known.has(id));
  if (others.length > 0) await weigh(tx, await lockReports(tx, others), (await seenBefore(tx, others)).repeated);
}

async function weigh(
  tx: Tx,
  known: Awaited<ReturnType<typeof lockReports>>,
  repeated: ReadonlyMap<number, number>,
): Promise<void> {
  const off = await cameraMinutesOff(tx, [...known.keys()]);
  for (const [id, evidence] of known) {
    await reweigh(tx, id, evidence, { minutesOff: off.get(id) ?? null, repeated: repeated.get(id) ?? 0 });
  }
}

/** A report's photo is asked for again; one that somebody decides about is told to him and to who showed it. */
function refusedEvent([photo, { reason }]: [DuePhoto, Verdict]) {
  const { sha256, item_code: itemCode, person_id: personId } = photo;
  const subject = { type: photo.subject_type, id: photo.subject_id };
  const payload = { personIds: [personId], sha256, reason };
  return {
    enterpriseId: photo.enterprise_id,
    subject,
    actorId: null,
    ...(photo.table === 'report_photo'
      ? { type: 'photo.wanted', payload: { ...payload, itemCode } }
      : { type: 'photo.refuted', payload }),
  };
}

function groupedBy<T>(all: readonly T[], key: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) groups.set(key(each), [...(groups.get(key(each)) ?? []), each]);
  return groups;
}
