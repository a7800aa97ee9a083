import type { DayList, TaskRow } from '../../miniapp/src/api/types';
import type { Draft } from '../../miniapp/src/offline/drafts';
import type { Outgoing } from '../../miniapp/src/offline/outbox';
import { dayView } from '../../miniapp/src/pages/officer/today/day-view';

const task = (id: string, state: TaskRow['state'] = 'open', date = '2026-11-23'): TaskRow => ({
  id,
  date,
  round: 1,
  state,
  origin: 'plan',
  why: '每 5 天检查一次',
  dueAt: `${date}T12:00:00.000Z`,
  graceUntil: '2026-11-24T02:00:00.000Z',
  closedAt: null,
  reportId: null,
  point: {
    id,
    code: `EV-0${id}`,
    name: '雨水阀',
    place: '南门',
    type: 'EV',
    typeName: '应急阀门',
    lng: null,
    lat: null,
    fenceM: 80,
  },
  enterprise: { id: '1', name: '德清锦澜印染有限公司' },
  last: null,
});
const day = (tasks: TaskRow[], overdue: TaskRow[] = []): DayList => ({
  at: '2026-11-23T01:00:00.000Z',
  date: '2026-11-23',
  counts: { total: tasks.length, open: 0, done: 0, late: 0, missed: 0, excused: 0 },
  tasks,
  overdue,
});
const held = (taskId: string, extra: Partial<Outgoing> = {}): Outgoing =>
  ({ report: { taskId, filledAt: '2026-11-23T01:22:00.000Z' }, ...extra }) as Outgoing;

describe('the day as the list shows it', () => {
  test('counts what is done of what is due; excused tasks are not counted, waiting ones are not done', () => {
    const view = dayView(day([task('1', 'done'), task('2'), task('3', 'excused'), task('4', 'late')]), [], [held('2')]);
    expect(view).toMatchObject({ done: 2, due: 3, left: 0, ring: ['filled', 'filled', 'waiting'] });
    expect(view.closed.map(({ state }) => state)).toEqual(['done', 'waiting', 'excused', 'late']);
    expect(view.closed[1]?.filledAt).toBe('09:22');
    expect(view.next).toBeUndefined();
  });

  test('what is left of yesterday comes first, then the form that was begun', () => {
    const begun = { taskId: '3' } as Draft;
    const view = dayView(day([task('2'), task('3')], [task('1', 'open', '2026-11-22')]), [begun], []);
    expect(view.next?.task.id).toBe('1');
    expect(view.open.map(({ task: { id } }) => id)).toEqual(['3', '2']);
    expect(view.left).toBe(2);
  });

  test('a refused report asks for something again; what the server has closed is closed', () => {
    const refusal = { code: 'REPORT.INCOMPLETE', message: '', requestId: '' };
    const view = dayView(day([task('1'), task('2', 'done')]), [], [held('1', { refusal }), held('2')]);
    expect(view.open.map(({ state }) => state)).toEqual(['refused']);
    expect(view.closed.map(({ state }) => state)).toEqual(['done']);
  });
});
