import type { z } from 'zod';
import type { RuleSetBody } from '../healthcode';
import type { Because } from './whatif.rules';
import type { changeRows, runRows } from './whatif.schema';
import type { Changed, Run } from './whatif.store';

export function presentRun(
  run: Run,
  { computed, total }: { computed: number; total: number },
): z.input<typeof runRows>['rows'][number] {
  return {
    id: String(run.id),
    draft: { version: run.draftVersion, name: run.draftName },
    base: { version: run.baseVersion, name: run.baseName },
    fromDay: run.fromDay,
    toDay: run.toDay,
    state: run.state,
    startedAt: run.startedAt.toISOString(),
    startedBy: run.startedBy,
    doneAt: run.doneAt?.toISOString() ?? null,
    computed,
    total,
  };
}

/** Rules by code as people call them. */
export type Names = ReadonlyMap<string, string>;

export const namesOf = (...ruleSets: readonly RuleSetBody[]): Names =>
  new Map(ruleSets.flatMap(({ rules }) => rules.map(({ code, zh }) => [code, zh])));

const SHOWN = 3;

/** Why an enterprise would have another colour, in one sentence. */
function reasonOf({ points, band, dwell }: Because, names: Names): string {
  if (dwell) return '分数段相同，只是变好的天数还不够，或还差现场核查。';
  if (band) return '扣分相同，分数落在另一个颜色段，或奖励、一票否决不同。';
  const shown = points
    .slice(0, SHOWN)
    .map(([code, base, draft]) => `${names.get(code) ?? code}由扣 ${base} 分变为 ${draft} 分`);
  const rest = points.length > SHOWN ? `，另有 ${points.length - SHOWN} 项不同` : '';
  return `${shown.join('，')}${rest}。`;
}

export function presentChange(changed: Changed, names: Names): z.input<typeof changeRows>['rows'][number] {
  return {
    enterprise: {
      id: String(changed.enterpriseId),
      name: changed.name,
      industry: changed.industry,
      region: changed.region,
    },
    base: { score: changed.baseScore, colour: changed.baseColour },
    draft: { score: changed.draftScore, colour: changed.draftColour },
    daysApart: changed.daysApart,
    reason: reasonOf(changed.because, names),
  };
}
