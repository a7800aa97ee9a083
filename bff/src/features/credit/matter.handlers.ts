import type { EventHandler } from '../../core/events';
import { tellOf } from '../notifications';

/** The enterprise hears what became of its objection, and that its points were changed by hand. */
export function matterHandlers(): EventHandler[] {
  return [
    { type: 'credit-objection.refused', handle: (tx, event) => tellOf(tx, 'credit.objection', event) },
    {
      // Upheld, an objection changes nothing until a second person has confirmed the points.
      type: 'credit-adjustment.confirmed',
      handle: (tx, event) => {
        const { points, score, grade } = event.payload as { points: number; score: number; grade: string };
        const values = { sign: points > 0 ? '加' : '减', points: Math.abs(points), score, grade };
        return tellOf(tx, 'credit.adjusted', event, { values });
      },
    },
  ];
}
