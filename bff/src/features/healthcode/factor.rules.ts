import type { Colour } from './evaluate.rules';

/** How colour and positive list change the days between inspections; null: not at all (domain value, ours). */
export function codeFactor(colour: Colour, positive: boolean): { factor: number | null; because: string } {
  switch (colour) {
    case 'green':
      return positive
        ? { factor: 1.5, because: '绿码且在正面清单，检查间隔放宽' }
        : { factor: null, because: '绿码，检查间隔不变' };
    case 'blue':
      return { factor: null, because: '蓝码，检查间隔不变' };
    case 'yellow':
      return { factor: 0.7, because: '黄码，检查加密' };
    case 'red':
      return { factor: 0.4, because: '红码，检查加密' };
    case 'black':
      return { factor: 0.4, because: '黑码，检查加密' };
  }
}

/** After a major finding, points are inspected twice as often for so many days. */
export const MAJOR_DAYS = 14;
export const MAJOR_FACTOR = 0.5;
