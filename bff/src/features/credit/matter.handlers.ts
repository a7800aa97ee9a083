import type { EventHandler } from '../../core/events';
import { tellOfficers } from '../notifications';

/** The enterprise hears what became of its objection, and that its points were changed by hand. */
export function matterHandlers(): EventHandler[] {
  return [
    {
      type: 'credit-objection.refused',
      handle: (tx, event) =>
        tellOfficers(tx, event, {
          kind: 'credit.objection',
          title: '信用评价异议有了决定',
          body: '异议没有成立，等级不变；理由见信用评价页面。',
        }),
    },
    {
      // Upheld, an objection changes nothing until a second person has confirmed the points.
      type: 'credit-adjustment.confirmed',
      handle: (tx, event) => {
        const { points, score, grade } = event.payload as { points: number; score: number; grade: string };
        return tellOfficers(tx, event, {
          kind: 'credit.adjusted',
          title: `信用评价${points > 0 ? '加' : '减'} ${Math.abs(points)} 分`,
          body: `现在 ${score} 分，${grade} 级；理由见信用评价页面。`,
        });
      },
    },
  ];
}
