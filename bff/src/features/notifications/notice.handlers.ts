import type { EventHandler, StoredEvent } from '../../core/events';
import { KINDS, kindOf, type KindName } from './kind.table';
import { tellOf, type Notice } from './notice.service';
import { whoDecided } from './people.store';

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
    handler('photo.wanted', 'photo.wanted', ({ payload }) => ({ persons: personsOf(payload) })),
    handler('photo.refuted', 'photo.refuted', ({ payload, subject }) => ({
      persons: personsOf(payload),
      subject: `${subject.type}${subject.id}`,
      values: { of: SHOWN_FOR[subject.type] ?? '' },
    })),
    {
      type: 'photo.refuted',
      handle: async (tx, event) => {
        const { type, id } = event.subject;
        return tellOf(tx, 'photo.refuted_after', event, {
          persons: await whoDecided(tx, type, Number(id)),
          subject: `${type}${id}`,
          values: { of: SHOWN_FOR[type] ?? '' },
        });
      },
    },
    {
      type: 'binding_code.issued',
      handle: (tx, event) => {
        const kind = event.payload['official'] === true ? 'binding_code.official' : 'binding_code.officer';
        const values = { by: textOf(event.payload['by']) };
        return tellOf(tx, kind, event, { persons: [Number(event.subject.id)], subject: `event${event.id}`, values });
      },
    },
    {
      type: 'password.issued',
      handle: (tx, event) =>
        tellOf(tx, 'password.issued', event, {
          persons: [Number(event.subject.id)],
          subject: `event${event.id}`,
          values: { by: textOf(event.payload['by']) },
        }),
    },
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

/** What a photo was shown for, as it stands before 照片. */
const SHOWN_FOR: Readonly<Record<string, string>> = {
  finding: '整改',
  visit: '上门记录的',
  dispute: '异议的',
  repair: '信用修复的',
};

function handler(type: string, kind: KindName, about: (event: StoredEvent) => Notice = () => ({})): EventHandler {
  return { type, handle: (tx, event) => tellOf(tx, kind, event, about(event)) };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const personsOf = (payload: Readonly<Record<string, unknown>>): number[] =>
  Array.isArray(payload['personIds']) ? (payload['personIds'] as number[]) : [];
