import { addDays, businessDate, daysBetween } from '../../core/clock';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { wire } from '../../core/problem';
import { toId } from '../../core/wire';
import { dispatchProblems } from './dispatch.problems';
import { dueDates } from './due.rules';
import { orderExtra } from './extra.service';
import { presentDay, presentFound, presentPlanned } from './task.present';
import { dayList, dayQuery, extraAnswer, extraOrder, searchAnswer, searchQuery, weekList } from './task.schema';
import { listTasks, plannedPoints, searchTasks } from './task.store';

const DAYS_AROUND = 7;
const SEARCH_DAYS = 92;
const SEARCH_DEFAULT_DAYS = 7;
const PAGE = 50;

export function taskEndpoints({ events }: Core): Endpoint[] {
  return [
    get({
      path: '/api/tasks/today',
      summary: '我的任务单（默认今天，可看前后 7 天）',
      access: ['officer'],
      query: dayQuery,
      answer: dayList,
      handler: async ({ tx, actor, query, now }) => {
        const today = businessDate(now);
        const date = query.date ?? today;
        if (Math.abs(daysBetween(today, date)) > DAYS_AROUND) throw dispatchProblems.DATE_OUT_OF_RANGE();
        return presentDay(await listTasks(tx, actor.personId, date), date);
      },
    }),
    get({
      path: '/api/tasks/week',
      summary: '明天起 7 天将要检查的点位',
      access: ['officer'],
      answer: weekList,
      handler: async ({ tx, actor, now }) => {
        const first = addDays(businessDate(now), 1);
        const last = addDays(first, DAYS_AROUND - 1);
        const points = await plannedPoints(tx, actor.personId);
        const due = points.map((point) => ({
          point,
          dates: new Set(dueDates(point.anchor_date, point.interval_days, first, last)),
        }));
        const days = Array.from({ length: DAYS_AROUND }, (_, index) => addDays(first, index));
        return {
          days: days.map((date) => ({
            date,
            points: due.filter(({ dates }) => dates.has(date)).map(({ point }) => presentPlanned(point)),
          })),
        };
      },
    }),
    get({
      path: '/api/tasks',
      summary: '辖区内的检查任务',
      access: ['township', 'enforcement', 'regulator'],
      query: searchQuery,
      answer: searchAnswer,
      handler: async ({ tx, actor, query, now }) => {
        const to = query.to ?? businessDate(now);
        const from = query.from ?? addDays(to, 1 - SEARCH_DEFAULT_DAYS);
        if (daysBetween(from, to) < 0 || daysBetween(from, to) >= SEARCH_DAYS) throw dispatchProblems.RANGE_TOO_LONG();
        const limit = query.limit ?? PAGE;
        const rows = await searchTasks(tx, actor.scope, {
          from,
          to,
          state: query.state,
          enterpriseId: query.enterpriseId === undefined ? undefined : toId(query.enterpriseId),
          after: query.cursor === undefined ? undefined : readCursor(query.cursor),
          limit: limit + 1,
        });
        const shown = rows.slice(0, limit);
        const last = shown.at(-1);
        return {
          rows: shown.map(presentFound),
          next: rows.length > limit && last !== undefined ? `${last.task_date}_${last.id}` : null,
        };
      },
    }),
    post({
      path: '/api/inspections/extra',
      summary: '安排一次加查（今天起 30 天内）',
      access: ['township', 'enforcement', 'regulator'],
      body: extraOrder,
      answer: extraAnswer,
      handler: async ({ tx, actor, body, now }) => {
        const ordered = await orderExtra(tx, events, actor, { ...body, pointId: toId(body.pointId) }, now);
        return {
          id: String(ordered.id),
          pointId: String(ordered.pointId),
          date: ordered.date,
          round: ordered.round,
          taskId: ordered.taskId === null ? null : String(ordered.taskId),
        };
      },
    }),
  ];
}

function readCursor(cursor: string): { date: string; id: number } {
  const match = /^(\d{4}-\d{2}-\d{2})_(\d{1,18})$/.exec(cursor);
  if (match === null) throw wire.INVALID({ faults: [{ field: 'query.cursor', problem: '格式不对' }] });
  return { date: match[1] ?? '', id: Number(match[2]) };
}
