import { fromJson, type Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import type { ChunkRange } from '../../core/jobs';
import { reopenGrown, standingMajor, type StandingRow } from './growth.store';
import { tellMajor } from './telling.service';
import { insertSteps } from './warning.store';

interface Evidence {
  ids: number[];
}

/** The major warnings that stand in a range before the night looks, by id. */
export async function majorsBefore(tx: Tx, range: ChunkRange): Promise<ReadonlyMap<number, StandingRow>> {
  return new Map((await standingMajor(tx, range)).map((row) => [row.id, row]));
}

/**
 * A major warning that the night has found more behind than before is told again and open again, whoever had taken on or
 * put off what was known; the time to acknowledge it goes on where nobody had.
 */
export async function tellGrown(
  tx: Tx,
  events: EventLog,
  before: ReadonlyMap<number, StandingRow>,
  { now, range }: { now: Date; range: ChunkRange },
): Promise<void> {
  const grown = (await standingMajor(tx, range)).filter((row) => {
    const known = before.get(row.id);
    if (known === undefined) return false;
    const ids = new Set(fromJson<Evidence>(known.evidence).ids);
    return fromJson<Evidence>(row.evidence).ids.some((id) => !ids.has(id));
  });
  if (grown.length === 0) return;
  await reopenGrown(tx, grown, now);
  await insertSteps(
    tx,
    grown.map(({ id, reason }) => ({ warningId: id, kind: 'joined', actorId: null, at: now, note: reason })),
  );
  await events.append(
    tx,
    grown.map((row) => ({
      type: 'warning.joined',
      enterpriseId: row.enterprise_id,
      subject: { type: 'warning', id: row.id },
      actorId: null,
      payload: { rule: row.rule_code, level: 'major', region: row.region_code },
    })),
  );
  await tellMajor(tx, grown, now, { roles: ['township', 'enforcement'], about: 'joined' });
}
