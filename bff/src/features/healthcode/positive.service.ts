import type { Tx } from '../../core/database';
import type { EventLog, NewEvent } from '../../core/events';
import type { ColourState } from './colour.rules';
import type { Fact } from './fact.rules';
import { barredFromList } from './positive.rules';
import { enterList, leaveList, onPositiveList } from './positive.store';

const BECAUSE = '连续绿码 90 天，12 个月无处罚，6 个月无信访查实';

interface Evaluated {
  before: { enterpriseId: number };
  facts: readonly Fact[];
  after: ColourState;
}

/** Brings the positive list (正面清单) in line with these evaluations. Returns who is on it. */
export async function updatePositiveList(
  tx: Tx,
  events: EventLog,
  results: readonly Evaluated[],
  now: Date,
): Promise<Set<number>> {
  const on = await onPositiveList(
    tx,
    results.map(({ before }) => before.enterpriseId),
  );
  const enters: number[] = [];
  const leaves = new Map<string, number[]>();
  for (const { before, facts, after } of results) {
    const id = before.enterpriseId;
    const barred = barredFromList(facts, after, now.getTime());
    if (barred === null && !on.has(id)) enters.push(id);
    if (barred !== null && on.has(id)) leaves.set(barred, [...(leaves.get(barred) ?? []), id]);
  }
  await enterList(tx, enters, BECAUSE, now);
  for (const [because, ids] of leaves) await leaveList(tx, ids, because, now);
  await events.append(tx, [
    ...enters.map((id) => eventOf('positive-list.entered', id, BECAUSE)),
    ...[...leaves].flatMap(([because, ids]) => ids.map((id) => eventOf('positive-list.left', id, because))),
  ]);
  for (const id of enters) on.add(id);
  for (const id of [...leaves.values()].flat()) on.delete(id);
  return on;
}

function eventOf(type: string, enterpriseId: number, because: string): NewEvent {
  return {
    type,
    enterpriseId,
    subject: { type: 'enterprise', id: enterpriseId },
    actorId: null,
    payload: { because },
  };
}
