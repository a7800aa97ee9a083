import gcoord from 'gcoord';
import { addDays, businessDate, daysBetween, shanghaiTime, type BusinessDate } from '../../../bff/src/core/clock';
import type { Database } from '../../../bff/src/core/database';
import { nextDueDate } from '../../../bff/src/features/dispatch';
import type { ChatMessage } from '../../setup/stand-ins';

/** first: yesterday's, still in its grace; todo: of today; rest: not due today. */
type PointState = 'first' | 'todo' | 'done' | 'excused' | 'missed' | 'rest';

export interface DeskPoint {
  id: number;
  code: string;
  name: string;
  type: string;
  keyVersion: number;
  lng: number;
  lat: number;
  state: PointState;
  /** The state in words; for a point at rest the next day it is due. */
  label: string;
}

/** What a newcomer best does next. */
type Hint = { do: 'message'; id: string } | { do: 'poster'; id: number } | { do: 'clock' };

interface PointRow {
  id: number;
  code: string;
  name: string;
  point_type: string;
  key_version: number;
  lng: number;
  lat: number;
  interval_days: number;
  anchor_date: BusinessDate;
}

interface TaskRow {
  point_id: number;
  task_date: BusinessDate;
  state: 'open' | 'done' | 'late' | 'missed' | 'excused';
}

/** Points are kept in GCJ-02; a browser's position is WGS-84. */
function gpsOf({ lng, lat }: PointRow): { lng: number; lat: number } {
  const [east, north] = gcoord.transform([Number(lng), Number(lat)], gcoord.GCJ02, gcoord.WGS84);
  return { lng: east, lat: north };
}

const ORDER: readonly PointState[] = ['first', 'todo', 'missed', 'done', 'excused', 'rest'];
const WEEKDAYS = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'];

export const weekday = (date: BusinessDate) => WEEKDAYS[new Date(`${date}T00:00:00Z`).getUTCDay()] ?? '';

/** The points of an enterprise as their doors would greet the officer now; what can be done comes first. */
export async function deskPoints(db: Database, enterpriseId: number, now: Date): Promise<DeskPoint[]> {
  const today = businessDate(now);
  const points = await db.read.query<PointRow>(
    `SELECT p.id, p.code, p.name, p.point_type, p.key_version, p.interval_days, p.anchor_date,
       COALESCE(p.lng, e.lng) AS lng, COALESCE(p.lat, e.lat) AS lat
     FROM point p JOIN enterprise e ON e.id = p.enterprise_id WHERE p.enterprise_id = ? AND p.active ORDER BY p.id`,
    [enterpriseId],
  );
  const tasks = await db.read.query<TaskRow>(
    `SELECT point_id, task_date, state FROM task
     WHERE enterprise_id = ? AND (task_date = ? OR (task_date < ? AND state = 'open' AND grace_until > ?))
     ORDER BY task_date, round`,
    [enterpriseId, today, today, now],
  );
  return points
    .map((point): DeskPoint => {
      const own = tasks.filter((task) => task.point_id === point.id);
      return {
        id: point.id,
        code: point.code,
        name: point.name,
        type: point.point_type,
        keyVersion: point.key_version,
        ...gpsOf(point),
        ...standing(own, point, today, now),
      };
    })
    .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.id - b.id);
}

function standing(
  tasks: readonly TaskRow[],
  point: PointRow,
  today: BusinessDate,
  now: Date,
): Pick<DeskPoint, 'state' | 'label'> {
  const open = tasks.find((task) => task.state === 'open');
  if (open !== undefined && open.task_date < today) return { state: 'first', label: '先补昨日' };
  if (open !== undefined) return { state: 'todo', label: shanghaiTime(now) >= '20:00' ? '待补报' : '待检' };
  switch (tasks.at(-1)?.state) {
    case 'done':
      return { state: 'done', label: '已完成' };
    case 'late':
      return { state: 'done', label: '已迟报' };
    case 'excused':
      return { state: 'excused', label: '免检' };
    case 'missed':
      return { state: 'missed', label: '漏检' };
    default: {
      const next = nextDueDate(point.anchor_date, point.interval_days, today);
      return { state: 'rest', label: dayName(next, today) };
    }
  }
}

function dayName(date: BusinessDate, today: BusinessDate): string {
  const ahead = daysBetween(today, date);
  if (ahead === 1) return '明日';
  return ahead < 7 ? weekday(date) : date.slice(5);
}

/** Message first, then the doors, then the clock; before the morning's message only the clock helps. */
export function nextHint(
  now: Date,
  messages: readonly ChatMessage[],
  opened: ReadonlySet<string>,
  points: readonly DeskPoint[],
): Hint {
  const today = businessDate(now);
  const latest = messages[0];
  const ofToday = latest !== undefined && businessDate(new Date(latest.at)) === today;
  if (ofToday && !opened.has(latest.id)) return { do: 'message', id: latest.id };
  if (!ofToday && shanghaiTime(now) < '08:00') return { do: 'clock' };
  const point = points.find(({ state }) => state === 'first' || state === 'todo');
  return point === undefined ? { do: 'clock' } : { do: 'poster', id: point.id };
}

/** When a message came, as a chat list says it. */
export function messageTime(at: string, now: Date): string {
  const instant = new Date(at);
  const date = businessDate(instant);
  const today = businessDate(now);
  const day = date === today ? '今日' : date === addDays(today, -1) ? '昨日' : date.slice(5);
  return `${day} ${shanghaiTime(instant)}`;
}
