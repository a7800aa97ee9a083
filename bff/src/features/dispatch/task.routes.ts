import { addDays, businessDate, daysBetween, type BusinessDate } from '../../core/clock';
import { OFFICIALS } from '../../core/actor';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { cursorParts, onePage, pageSize } from '../../core/paging';
import { toId } from '../../core/wire';
import { dispatchProblems } from './dispatch.problems';
import { dueDates } from './due.rules';
import { orderExtra } from './extra.service';
import { presentDay, presentFound, presentOfMonth, presentPlanned } from './task.present';
import {
  dayList,
  dayQuery,
  extraAnswer,
  extraOrder,
  monthList,
  monthQuery,
  searchAnswer,
  searchQuery,
  weekList,
} from './task.schema';
import { intervalReasons, listTasks, monthTasks, plannedPoints, searchTasks } from './task.store';

const DAYS_AROUND = 7;
/** Records go back a year and the month before: calendar months, so that the reach does not shrink as a month goes on. */
const MONTHS_BACK = 13;
/** Due 20:00, grace to 10:00 of the next day: nothing older is still open. */
const GRACE_DAYS = 1;
const SEARCH_DAYS = 92;
const SEARCH_DEFAULT_DAYS = 7;

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
        const openSince = date === today ? addDays(date, -GRACE_DAYS) : date;
        const rows = await listTasks(tx, actor.personId, date, openSince, now);
        const risky = new Set(rows.filter((row) => row.interval_basis === 'risk').map((row) => row.enterprise_id));
        return presentDay(rows, date, now, await intervalReasons(tx, [...risky]));
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
          at: now.toISOString(),
          days: days.map((date) => ({
            date,
            points: due.filter(({ dates }) => dates.has(date)).map(({ point }) => presentPlanned(point)),
          })),
        };
      },
    }),
    get({
      path: '/api/tasks/month',
      summary: '我的一个月的任务和上报（到今天为止）',
      access: ['officer'],
      query: monthQuery,
      answer: monthList,
      handler: async ({ tx, actor, query, now }) => {
        const today = businessDate(now);
        const from = `${query.month}-01`;
        const age = monthNumber(today) - monthNumber(from);
        if (age < 0 || age > MONTHS_BACK) throw dispatchProblems.DATE_OUT_OF_RANGE();
        const end = addDays(`${addDays(from, 31).slice(0, 7)}-01`, -1);
        const rows = await monthTasks(tx, actor.personId, from, end < today ? end : today);
        return { month: query.month, rows: rows.map(presentOfMonth) };
      },
    }),
    get({
      path: '/api/tasks',
      summary: '辖区内的检查任务',
      access: OFFICIALS,
      query: searchQuery,
      answer: searchAnswer,
      handler: async ({ tx, actor, query, now }) => {
        const to = query.to ?? businessDate(now);
        const from = query.from ?? addDays(to, 1 - SEARCH_DEFAULT_DAYS);
        if (daysBetween(from, to) < 0 || daysBetween(from, to) >= SEARCH_DAYS) throw dispatchProblems.RANGE_TOO_LONG();
        const size = pageSize(query);
        const [date, id] = cursorParts(query.cursor, /^(\d{4}-\d{2}-\d{2})_(\d{1,15})$/) ?? [];
        const rows = await searchTasks(tx, actor.scope, {
          from,
          to,
          state: query.state,
          enterpriseId: query.enterpriseId === undefined ? undefined : toId(query.enterpriseId),
          after: date === undefined ? undefined : { date, id: Number(id) },
          limit: size + 1,
        });
        const { shown, next } = onePage(rows, size, (row) => `${row.task_date}_${row.id}`);
        return { rows: shown.map(presentFound), next };
      },
    }),
    post({
      path: '/api/inspections/extra',
      summary: '安排一次加查（今天起 30 天内）',
      access: OFFICIALS,
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

/** Months since the year 0, so that months can be subtracted. */
function monthNumber(date: BusinessDate): number {
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7));
}
