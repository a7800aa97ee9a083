import type { z } from 'zod';
import type { BusinessDate } from '../../core/clock';
import { ownerOf } from './stay.rules';
import type { stayAnswer, stayRows } from './stay.schema';
import type { Stay, StayStep } from './stay.store';

interface Reader {
  official: boolean;
  /** Days without anything overdue that lead to the check, by the rule in force. */
  quietDays: number;
}

/** What ends it, as the enterprise is told. */
export const exitWords = (quietDays: number): string => `连续 ${quietDays} 天没有问题超期，现场核查通过后退出。`;

export function presentStay(
  stay: Stay,
  today: BusinessDate,
  { official, quietDays }: Reader,
): z.input<typeof stayRows>['rows'][number] {
  return {
    id: String(stay.id),
    enterprise: { id: String(stay.enterpriseId), name: stay.enterpriseName, region: stay.regionCode },
    state: stay.state,
    reason: stay.reason,
    proposedAt: stay.proposedAt.toISOString(),
    proposedBy: official ? stay.proposerName : null,
    confirmedAt: stay.confirmedAt?.toISOString() ?? null,
    endedAt: stay.endedAt?.toISOString() ?? null,
    // Nobody announces to an enterprise by when it is checked.
    owner: official ? ownerOf(stay.state) : null,
    dueOn: official ? stay.dueOn : null,
    overdue: official && stay.dueOn !== null && stay.dueOn < today,
    exit: exitWords(quietDays),
  };
}

interface Told {
  findings: readonly { id: number; item: string; severity: string; dueAt: Date; state: string }[];
  told: readonly { name: string; at: Date; readAt: Date | null }[];
  steps: readonly StayStep[];
}

export function presentStayStory(
  stay: Stay,
  { findings, told, steps }: Told,
  today: BusinessDate,
  reader: Reader,
): Omit<z.input<typeof stayAnswer>, 'at'> {
  return {
    ...presentStay(stay, today, reader),
    findings: findings.map((each) => ({ ...each, id: String(each.id), dueAt: each.dueAt.toISOString() })),
    told: told.map(({ name, at, readAt }) => ({ name, at: at.toISOString(), readAt: readAt?.toISOString() ?? null })),
    steps: reader.official ? steps.map((each) => ({ ...each, at: each.at.toISOString() })) : [],
  };
}
