import type { EventHandler } from '../../core/events';
import { tellOf } from '../notifications';
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
    told('visit.planned'),
    told('visit.cancelled'),
  ];
}

interface Told {
  plannedOn: string;
  owner: string;
  note: string;
}

function told(type: 'visit.planned' | 'visit.cancelled'): EventHandler {
  return {
    type,
    handle: async (tx, event) => {
      const [visit] = await tx.query<Told>(
        `SELECT v.planned_on AS plannedOn, o.name AS owner,
           COALESCE((SELECT s.note FROM visit_step s WHERE s.visit_id = v.id AND s.kind = 'cancel'), '') AS note
         FROM visit v JOIN person o ON o.id = v.owner_id WHERE v.id = ?`,
        [Number(event.subject.id)],
      );
      if (visit === undefined) return;
      const { plannedOn, owner, note } = visit;
      await tellOf(tx, type, event, { values: { day: plannedOn.slice(5).replace('-', '月'), owner, note } });
    },
  };
}
