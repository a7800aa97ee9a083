import type { EventHandler, StoredEvent } from '../../core/events';
import { KINDS, kindOf, type KindName } from './kind.table';
import { tellOf, type Notice } from './notice.service';

/** What the table tells of an event by itself, and what needs a look at the event. */
export function noticeHandlers(): EventHandler[] {
  return [
    ...(Object.keys(KINDS) as KindName[]).flatMap((kind) => {
      const type = kindOf(kind).on;
      return type === undefined ? [] : [handler(type, kind)];
    }),
    handler('inspection.ordered', 'inspection.ordered', ({ id, subject, payload }) => ({
      point: { id: Number(subject.id), date: textOf(payload['date']) },
      // A point may be ordered for several dates on one day: each order is told.
      subject: `event${id}`,
      values: { date: textOf(payload['date']), reason: textOf(payload['reason']) },
    })),
    handler('photo.wanted', 'photo.wanted', ({ payload }) => ({
      persons: Array.isArray(payload['personIds']) ? (payload['personIds'] as number[]) : [],
    })),
    {
      type: 'finding.submitted',
      handle: (tx, event) => {
        const major = event.payload['severity'] === 'major';
        // A minor one is judged by the next report of its point.
        if (event.payload['severity'] === 'minor') return Promise.resolve();
        const kind = major ? 'finding.major_submitted' : 'finding.submitted';
        // Handed in again after it was sent back, it is told again.
        return tellOf(tx, kind, event, {
          subject: `event${event.id}`,
          page: `pages/township/verify/index?id=${event.subject.id}`,
        });
      },
    },
  ];
}

function handler(type: string, kind: KindName, about: (event: StoredEvent) => Notice = () => ({})): EventHandler {
  return { type, handle: (tx, event) => tellOf(tx, kind, event, about(event)) };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
