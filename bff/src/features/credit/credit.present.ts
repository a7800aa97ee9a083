import type { z } from 'zod';
import { outlook } from './credit.rules';
import type { adjustmentAnswer, objectionAnswer, resultRows, roundAnswer } from './credit.schema';
import type { Adjustment, Objection } from './matter.store';
import type { Result, Round } from './round.store';
import type { SchemeBody, schemeAnswer } from './scheme.schema';
import type { Scheme } from './scheme.store';

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

export function presentScheme(scheme: Scheme): z.input<typeof schemeAnswer> {
  const { version, name, state, body, createdAt, publishedAt, reason } = scheme;
  return { version, name, state, body, createdAt: createdAt.toISOString(), publishedAt: iso(publishedAt), reason };
}

export function presentRound(round: Round): z.input<typeof roundAnswer> {
  return {
    period: round.period,
    schemeVersion: round.schemeVersion,
    state: round.state,
    objectionsUntil: round.objectionsUntil,
    startedAt: round.startedAt.toISOString(),
    preliminaryAt: iso(round.preliminaryAt),
    finalAt: iso(round.finalAt),
    publishedAt: iso(round.publishedAt),
  };
}

export function presentResult(result: Result, scheme: SchemeBody): z.input<typeof resultRows>['rows'][number] {
  const { period, components, computed, score, grade } = result;
  return {
    period,
    enterprise: {
      id: String(result.enterpriseId),
      name: result.enterpriseName,
      uscc: result.uscc,
      region: result.regionCode,
      industry: result.industry,
    },
    components,
    computed,
    score,
    grade,
    outlook: outlook(score, components, scheme),
  };
}

export function presentObjection(objection: Objection): z.input<typeof objectionAnswer> {
  const { id, period, enterpriseId, enterpriseName, reason, filedAt, decideBy, state, decidedAt, note } = objection;
  return {
    id: String(id),
    period,
    enterprise: { id: String(enterpriseId), name: enterpriseName },
    reason,
    filedAt: filedAt.toISOString(),
    decideBy,
    state,
    decidedAt: iso(decidedAt),
    note,
  };
}

export function presentAdjustment(given: Adjustment): z.input<typeof adjustmentAnswer> {
  const { id, period, enterpriseId, enterpriseName, objectionId, points, reason, proposedBy, state, note } = given;
  return {
    id: String(id),
    period,
    enterprise: { id: String(enterpriseId), name: enterpriseName },
    objectionId: objectionId === null ? null : String(objectionId),
    points,
    reason,
    proposedBy: String(proposedBy),
    proposedAt: given.proposedAt.toISOString(),
    state,
    decidedAt: iso(given.decidedAt),
    note,
  };
}
