import { businessDate } from '../../core/clock';
import { fill } from '../../core/fill';
import type { Tx } from '../../core/database';
import type { StoredEvent } from '../../core/events';
import type { Core } from '../../core/feature';
import { leaveDeserted } from './clock.service';
import { easeColour, lockEnterprise, openColour } from './colour.store';
import { openedEvent } from './evaluation.service';
import { currentRule } from './rule.store';
import { tellMajor } from './telling.service';

import { insertSteps } from './warning.store';

const NAMES: Readonly<Record<string, string>> = { red: '红码', black: '黑码' };

/** A code that turns red (or black) calls for help on site; the warning eases when the colour is left. */
export async function followColour(tx: Tx, { events, clock }: Core, event: StoredEvent): Promise<void> {
  const { enterpriseId, payload } = event;
  const { from, to, score } = payload as { from: string | null; to: string; score: number };
  if (enterpriseId === null || enterpriseId === undefined) return;
  const now = clock.now();
  const name = NAMES[to];
  if (name === undefined) {
    if (from !== null && NAMES[from] !== undefined) await easeColour(tx, enterpriseId, now);
    return;
  }
  const rule = await currentRule(tx, 'code_red');
  const enterprise = await lockEnterprise(tx, enterpriseId);
  if (rule === undefined || enterprise === undefined) return;
  const region = enterprise.region_code;
  const reason = fill(rule.message, { a: name, n: score });
  const id = await openColour(tx, rule, { enterpriseId, region, reason }, now, businessDate(now));
  if (id === undefined) return;
  const told = { id, rule_code: rule.code, region_code: region, reason };
  await insertSteps(tx, [{ warningId: id, kind: 'opened', actorId: null, at: now, note: reason }]);
  await events.append(tx, [
    openedEvent({
      ...told,
      level: rule.level,
      subject_type: 'enterprise',
      subject_id: String(enterpriseId),
      enterprise_id: enterpriseId,
    }),
  ]);
  await tellMajor(tx, [told], now, { roles: ['township', 'enforcement'], about: 'opened' });
  await leaveDeserted(tx, events, id, now);
}
