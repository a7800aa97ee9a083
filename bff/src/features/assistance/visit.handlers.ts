import type { EventHandler } from '../../core/events';
import { tellOfficers } from '../notifications';
import { openForRed } from './red.service';
import type { VisitParts } from './visit.service';

/** A red code opens assistance; the officers of an enterprise hear that somebody comes to help, and that he does not. */
export function visitHandlers(parts: VisitParts): EventHandler[] {
  return [
    {
      type: 'warning.opened',
      handle: async (tx, { enterpriseId, subject, payload, at }) => {
        if (payload['rule'] !== 'code_red' || enterpriseId === null || enterpriseId === undefined) return;
        await openForRed(tx, parts, { enterpriseId, warningId: Number(subject.id) }, at);
      },
    },
    tell('visit.planned', ({ plannedOn, owner }) => ({
      title: `帮扶预告：${plannedOn.slice(5).replace('-', '月')}日上门`,
      body: `${owner}将上门帮扶。不用准备材料，带着问题就行。`,
    })),
    tell('visit.cancelled', ({ plannedOn, note }) => ({
      title: `原定${plannedOn.slice(5).replace('-', '月')}日的帮扶取消`,
      body: `原因：${note}`,
    })),
  ];
}

interface Told {
  plannedOn: string;
  owner: string;
  note: string;
}

function tell(type: string, say: (told: Told) => { title: string; body: string }): EventHandler {
  return {
    type,
    handle: async (tx, event) => {
      const [told] = await tx.query<Told>(
        `SELECT v.planned_on AS plannedOn, o.name AS owner,
           COALESCE((SELECT s.note FROM visit_step s WHERE s.visit_id = v.id AND s.kind = 'cancel'), '') AS note
         FROM visit v JOIN person o ON o.id = v.owner_id WHERE v.id = ?`,
        [Number(event.subject.id)],
      );
      if (told === undefined) return;
      await tellOfficers(tx, event, { ...say(told), page: 'pages/officer/today/index' });
    },
  };
}
