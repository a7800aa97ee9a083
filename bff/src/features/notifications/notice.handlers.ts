import { businessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { EventHandler, StoredEvent } from '../../core/events';
import { actingOfficer } from '../dispatch';
import { notifyInApp, type NewNotice } from './notice.service';
import { officersOf } from './officer.service';

type Text = Pick<NewNotice, 'title' | 'body' | 'page'>;

/** Notices that follow from what happened elsewhere; each is told once a day per subject. */
export function noticeHandlers(): EventHandler[] {
  return [
    handler('suspension.filed', townshipOf, () => ({ title: '有企业报备停产', body: '请核实并审批这份停产报备。' })),
    handler('suspension.approved', officers, () => ({
      title: '停产报备已通过',
      body: '报备期间的检查任务不用做了。',
    })),
    handler('suspension.rejected', officers, () => ({
      title: '停产报备没有通过',
      body: '请照常完成检查任务；原因见报备记录。',
    })),
    handler(
      'inspection.ordered',
      pointOfficer,
      (event) => ({
        title: '监管人员安排了一次加查',
        body: `日期 ${text(event, 'date')}，原因：${text(event, 'reason')}`,
        page: 'pages/officer/today/index',
      }),
      // A point may be ordered for several dates on one day: each order is told.
      (event) => `event${event.id}`,
    ),
    handler('photo.wanted', namedPersons, () => ({
      title: '有照片需要补传',
      body: '有照片没有传到或无法读取，上报本身没有丢失。请打开应用补传。',
      page: 'pages/officer/outbox/index',
    })),
  ];
}

function handler(
  type: string,
  to: (tx: Tx, event: StoredEvent) => Promise<number[]>,
  say: (event: StoredEvent) => Text,
  about: (event: StoredEvent) => string = ({ subject }) => subject.type + String(subject.id),
): EventHandler {
  return {
    type,
    handle: async (tx, event) => {
      const date = businessDate(event.at);
      const notices = (await to(tx, event)).map((personId) => ({
        personId,
        kind: type,
        date,
        subject: about(event),
        ...say(event),
      }));
      await notifyInApp(tx, notices, event.at);
    },
  };
}

function text(event: StoredEvent, field: string): string {
  const value = event.payload[field];
  return typeof value === 'string' ? value : '';
}

async function ids(tx: Tx, sql: string, values: (number | string | null)[]): Promise<number[]> {
  return (await tx.query<{ id: number }>(sql, values)).map((row) => row.id);
}

const townshipOf = (tx: Tx, { enterpriseId }: StoredEvent) =>
  ids(
    tx,
    `SELECT DISTINCT g.person_id AS id FROM enterprise e JOIN person_grant g ON g.role = 'township' AND g.region_prefix = e.region_code
     JOIN person p ON p.id = g.person_id AND p.active WHERE e.id = ?`,
    [enterpriseId ?? null],
  );

const officers = (tx: Tx, { enterpriseId }: StoredEvent) => officersOf(tx, enterpriseId ?? 0);

/** The officer of the point, or his deputy where he is on leave on the date of the order. */
const pointOfficer = (tx: Tx, { subject, payload }: StoredEvent) => {
  const date = typeof payload['date'] === 'string' ? payload['date'] : null;
  return ids(tx, `SELECT ${actingOfficer('p.officer_id', '?')} AS id FROM point p WHERE p.id = ?`, [
    date,
    date,
    subject.id,
  ]);
};

const namedPersons = async (_tx: Tx, { payload }: StoredEvent): Promise<number[]> =>
  Array.isArray(payload['personIds']) ? (payload['personIds'] as number[]) : [];
