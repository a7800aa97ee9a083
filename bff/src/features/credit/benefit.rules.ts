import type { Colour } from '../healthcode';
import type { Conditions } from './benefit.schema';
import type { Grade } from './scheme.schema';

export interface Position {
  grade: Grade | null;
  colour: Colour | null;
  positive: boolean;
}

/** Whether a rule means an enterprise in this position: the same test as the lists' own SQL. */
export function isMeant({ match, grades, colours, positive }: Conditions, at: Position): boolean {
  const tests = [
    ...(grades === undefined ? [] : [at.grade !== null && grades.includes(at.grade)]),
    ...(colours === undefined ? [] : [at.colour !== null && colours.includes(at.colour)]),
    ...(positive === undefined ? [] : [at.positive]),
  ];
  return match === 'all' ? tests.every(Boolean) : tests.some(Boolean);
}
