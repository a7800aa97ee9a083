import { businessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { EventHandler } from '../../core/events';
import type { Core } from '../../core/feature';
import { easeMajorFindings, stillFound, type Look } from './evaluation.store';
import { easeWarnings, easedOf, standingOf, type Standing } from './ease.store';
import { currentRules } from './rule.store';
import { insertSteps } from './warning.store';

/**
 * What may end the reason of a warning. Whether it has is asked of the rule itself, for the one enterprise: what counts
 * stands in the rule's statement and nowhere else. A test of the statements holds that nothing is missing here.
 */
export const MAY_END = [
  'report.accepted',
  'finding.contained',
  'finding.submitted',
  'finding.rejected',
  'finding.extension_granted',
  'finding.joined',
  'finding.closed',
  'visit.recorded',
  'visit.followed_up',
  'health-site-check.passed',
  'health-site-check.failed',
  'supervision.left',
  'supervision.kept',
  'suspension.approved',
  'code.changed',
] as const;

export function easeHandlers({ events, clock }: Core): EventHandler[] {
  return MAY_END.map((type): EventHandler => ({
    type,
    handle: async (tx, { enterpriseId }) => {
      if (enterpriseId === null || enterpriseId === undefined) return;
      const standing = await standingOf(tx, enterpriseId);
      if (standing.length === 0) return;
      const now = clock.now();
      const range = { from: enterpriseId, to: enterpriseId };
      const eased = await easeOver(tx, standing, { date: businessDate(now), now, range });
      await insertSteps(
        tx,
        eased.map(({ id }) => ({ warningId: id, kind: 'eased', actorId: null, at: now, note: '' })),
      );
      await events.append(
        tx,
        eased.map(({ id, rule_code: rule }) => ({
          type: 'warning.eased',
          enterpriseId,
          subject: { type: 'warning', id },
          actorId: null,
          payload: { rule },
        })),
      );
    },
  }));
}

/** Eases those of an enterprise's warnings whose rules find it no more. Returns them. */
async function easeOver(tx: Tx, standing: readonly Standing[], look: Look): Promise<Standing[]> {
  const rules = new Map((await currentRules(tx)).map((rule) => [rule.code, rule]));
  const over: number[] = [];
  for (const { id, rule_code: code } of standing) {
    const rule = rules.get(code);
    if (rule !== undefined && (await stillFound(tx, rule, look)) === false) over.push(id);
  }
  await easeWarnings(tx, over, look.now);
  if (standing.some(({ rule_code: code }) => code === 'major_finding')) await easeMajorFindings(tx, look);
  return easedOf(
    tx,
    standing.map(({ id }) => id),
    look.now,
  );
}
