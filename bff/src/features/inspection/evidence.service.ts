import type { KeyObject } from 'node:crypto';
import type { Actor } from '../../core/actor';
import { fromJson, type Tx } from '../../core/database';
import type { TokenKeys } from '../../core/tokens';
import { readQr } from './qr.rules';
import type { NewReport } from './report.schema';
import type { ReportTask } from './report.store';
import type { BelievedTime } from './time.rules';
import { distanceM, trustScore, type Evidence } from './trust.rules';

export interface ScanKeys {
  tokens: TokenKeys;
  qrKeys: ReadonlyMap<string, KeyObject>;
}

type ScanKind = Evidence['scan'];

/** How the door was scanned, and when the server saw it; null when the phone was offline. */
export function scanEvidence(
  keys: ScanKeys,
  actor: Actor,
  task: ReportTask,
  { scan }: NewReport,
): { kind: ScanKind; at: Date | null } {
  if (scan.ticket !== undefined) {
    const claims = ticketClaims(keys.tokens, scan.ticket);
    if (claims?.sub === String(actor.personId) && claims['pointId'] === task.point_id) {
      return { kind: 'ticket', at: new Date((claims.iat ?? 0) * 1000) };
    }
  }
  const code = scan.token === undefined ? undefined : readQr(keys.qrKeys, scan.token);
  if (code?.pointId !== task.point_id) return { kind: 'none', at: null };
  return { kind: code.keyVersion === task.key_version ? 'code' : 'old_code', at: null };
}

/** A forged or expired ticket is no evidence, but no reason to refuse a report either. */
function ticketClaims(keys: TokenKeys, ticket: string) {
  try {
    return keys.verify('scan', ticket);
  } catch {
    return undefined;
  }
}

/** Everything that speaks for or against somebody having been there, as far as the report itself tells. */
export function presence(task: ReportTask, report: NewReport, scan: ScanKind, believed: BelievedTime): Evidence {
  const { position } = report;
  const placed = task.lng !== null && task.lat !== null ? { lng: task.lng, lat: task.lat } : null;
  return {
    scan,
    distanceM: position === undefined || placed === null ? null : Math.round(distanceM(position, placed)),
    accuracyM: position?.accuracyM ?? null,
    fenceM: task.fence_m,
    cameraMinutesOff: null,
    repeatedPhotos: 0,
    clockMinutesOff: Math.abs(believed.skewMs) / 60_000,
    secondsSpent: (Date.parse(report.filledAt) - Date.parse(report.startedAt)) / 1000,
    answers: report.answers.length,
    timeDoubted: believed.doubt !== null,
  };
}

/** Keeps reports from being weighed by somebody else until the transaction ends. Returns what is known of each. */
export async function lockReports(tx: Tx, reportIds: readonly number[]): Promise<Map<number, Evidence>> {
  if (reportIds.length === 0) return new Map();
  const rows = await tx.query<{ id: number; evidence: unknown }>(
    'SELECT id, evidence FROM report WHERE id IN (?) ORDER BY id FOR UPDATE',
    [[...reportIds]],
  );
  return new Map(rows.map(({ id, evidence }) => [id, fromJson<Evidence>(evidence)]));
}

/** Weighs the evidence of a stored report again, if its photos say something new. */
export async function reweigh(
  tx: Tx,
  reportId: number,
  known: Evidence,
  photos: { minutesOff: number | null; repeated: number },
): Promise<void> {
  if (known.cameraMinutesOff === photos.minutesOff && known.repeatedPhotos === photos.repeated) return;
  const evidence: Evidence = { ...known, cameraMinutesOff: photos.minutesOff, repeatedPhotos: photos.repeated };
  const { score, reasons } = trustScore(evidence);
  await tx.execute('UPDATE report SET evidence = ?, trust_score = ?, trust_reasons = ? WHERE id = ?', [
    JSON.stringify(evidence),
    score,
    JSON.stringify(reasons),
    reportId,
  ]);
}
