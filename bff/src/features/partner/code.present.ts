import { z } from 'zod';
import { fromJson } from '../../core/database';
import type { Code, ColourChange } from './code.store';

export function presentCode({ enterprise, standing, grade }: Code, withGrade: boolean) {
  return {
    uscc: enterprise.uscc,
    name: enterprise.name,
    colour: standing.colour,
    since: standing.colourSince.toISOString(),
    validUntil: standing.validUntil.toISOString(),
    checkedAt: standing.evaluatedAt.toISOString(),
    version: standing.version,
    grade:
      grade === null || !withGrade
        ? null
        : { grade: grade.grade, period: grade.period, validUntil: grade.validUntil.toISOString() },
  };
}

const colour = z.enum(['green', 'blue', 'yellow', 'red', 'black']);
const change = z.object({
  from: colour.nullish(),
  to: colour,
  score: z.number().nullish(),
  version: z.number().nullish(),
});

/** The payload of an event code.changed. */
export function readChange(payload: unknown): z.infer<typeof change> {
  return change.parse(payload);
}

export function presentChange({ at, payload }: ColourChange) {
  const { from = null, to, score = null } = readChange(fromJson(payload));
  return { at: at.toISOString(), from, to, score };
}

/** Answers as partners will see them, for the documentation. */
export const CODE_EXAMPLE = {
  uscc: '91330521MA2B3C4D5Q',
  name: '德清某某印染有限公司',
  colour: 'yellow',
  since: '2026-11-20T01:30:00.000Z',
  validUntil: '2026-11-24T18:00:00.000Z',
  checkedAt: '2026-11-22T18:04:11.000Z',
  version: 17,
  grade: { grade: 'B', period: '2026H1', validUntil: '2027-01-31T16:00:00.000Z' },
};
