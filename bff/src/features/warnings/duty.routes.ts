import { z } from 'zod';
import { OFFICIALS } from '../../core/actor';
import { addDays, businessDate } from '../../core/clock';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { date, id, toId } from '../../core/wire';
import { MOST_DAYS } from './duty.rules';
import { enterRoster } from './duty.service';
import { dutiesWithin, type DutyRow } from './duty.store';

const duties = z.object({
  rows: z.array(z.object({ region: z.string(), date, person: z.object({ id, name: z.string() }) })),
});

const roster = z.strictObject({
  /** A county's code or the city's. */
  region: z.string().regex(/^\d{4}(\d{2})?$/),
  days: z
    .array(z.strictObject({ date, personId: id.nullable() }))
    .min(1)
    .max(MOST_DAYS)
    .refine((days) => new Set(days.map((day) => day.date)).size === days.length),
});

/** Who answers for a region outside office hours: without an entry, all of its enforcement officers are told at once. */
export function dutyEndpoints({ events }: Core): Endpoint[] {
  return [
    post({
      path: '/api/duties',
      summary: '登记值班表：非工作时间重大预警先通知谁',
      access: ['enforcement', 'regulator'],
      body: roster,
      answer: duties,
      handler: async ({ tx, actor, body, now }) => {
        const days = body.days.map((day) => ({
          date: day.date,
          personId: day.personId === null ? null : toId(day.personId),
        }));
        return present(await enterRoster({ tx, events, actor, now }, { region: body.region, days }));
      },
    }),
    get({
      path: '/api/duties',
      summary: '值班表（昨天起三个月）',
      access: OFFICIALS,
      answer: duties,
      handler: async ({ tx, actor, now }) => {
        const today = businessDate(now);
        const span = { from: addDays(today, -1), to: addDays(today, MOST_DAYS) };
        // A township's specialist sees who is on duty above him.
        const prefixes = actor.scope.regionPrefixes.map((prefix) => prefix.slice(0, 6));
        return present(await dutiesWithin(tx, prefixes, span));
      },
    }),
  ];
}

function present(rows: readonly DutyRow[]): z.infer<typeof duties> {
  return {
    rows: rows.map((row) => ({
      region: row.region_code,
      date: row.on_date,
      person: { id: String(row.person_id), name: row.name },
    })),
  };
}
