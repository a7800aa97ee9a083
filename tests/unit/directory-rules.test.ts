import fc from 'fast-check';
import { addDays, daysBetween } from '../../bff/src/core/clock';
import { effectiveInterval } from '../../bff/src/features/directory/interval.rules';
import { spreadAnchors } from '../../bff/src/features/directory/spread.rules';
import { usccCheck, usccIsValid } from '../../bff/src/features/directory/uscc.rules';
import { nextDueDate } from '../../bff/src/features/dispatch';
import { tooOld } from '../../bff/src/run';
import { fieldsOf, thing } from '../../bff/src/features/notifications/template.rules';
import type { Quota } from '../../bff/src/gateways/gateway-error';
import { nextStep } from '../../bff/src/features/notifications/send.rules';
import { refusedField } from '../standins/wechat-template';

describe('a unified social credit code', () => {
  it('is right with its check character only', () => {
    const body = '91330521MA2B3C4D5';
    expect(usccIsValid(body + usccCheck(body))).toBe(true);
    const others = '0123456789ABCDEFGHJKLMNPQRTUWXY'.split('').filter((character) => character !== usccCheck(body));
    expect(others.some((character) => usccIsValid(body + character))).toBe(false);
    expect(usccIsValid('91330521MA2B3C4DI0')).toBe(false);
    expect(usccIsValid('')).toBe(false);
  });
});

describe('the interval of a point', () => {
  it('follows permit, then risk, within its bounds', () => {
    expect(effectiveInterval(5, 1, null)).toEqual({ days: 5, basis: 'default' });
    expect(effectiveInterval(5, 0.4, null)).toEqual({ days: 2, basis: 'risk' });
    expect(effectiveInterval(5, 0.01, null)).toEqual({ days: 1, basis: 'risk' });
    expect(effectiveInterval(14, 9, null)).toEqual({ days: 28, basis: 'risk' });
    expect(effectiveInterval(5, 0.4, 1)).toEqual({ days: 1, basis: 'permit' });
  });
});

describe('the spread of an officer’s points', () => {
  const from = '2026-11-23';
  const anyPoints = fc.array(fc.constantFrom(1, 2, 5, 7, 14), { minLength: 1, maxLength: 20 });

  it('lets no point wait longer than its interval', () => {
    fc.assert(
      fc.property(anyPoints, (intervals) => {
        const lastTask = addDays(from, -1);
        const points = intervals.map((intervalDays, id) => ({ id, intervalDays, anchor: null, lastTask }));
        for (const [id, anchor] of spreadAnchors(points, from)) {
          expect(daysBetween(lastTask, anchor)).toBeLessThanOrEqual(points[id]?.intervalDays ?? 0);
          expect(anchor >= from).toBe(true);
        }
      }),
      { seed: 7 },
    );
  });

  it('keeps the days even: seven weekly points fall on seven days', () => {
    const points = Array.from({ length: 7 }, (_, id) => ({ id, intervalDays: 7, anchor: null, lastTask: null }));
    const anchors = [...spreadAnchors(points, from).values()];
    expect(new Set(anchors).size).toBe(7);
  });

  it('leaves anchors that are set alone and goes round them', () => {
    const anchors = spreadAnchors(
      [
        { id: 1, intervalDays: 2, anchor: from, lastTask: null },
        { id: 2, intervalDays: 2, anchor: null, lastTask: null },
      ],
      from,
    );
    expect([...anchors]).toEqual([[2, addDays(from, 1)]]);
  });
});

describe('the next due date', () => {
  it('is the first multiple of the interval after the given day', () => {
    expect(nextDueDate('2026-11-23', 5, '2026-11-22')).toBe('2026-11-23');
    expect(nextDueDate('2026-11-23', 5, '2026-11-23')).toBe('2026-11-28');
    expect(nextDueDate('2026-11-23', 5, '2026-11-27')).toBe('2026-11-28');
    expect(nextDueDate('2026-12-30', 1, '2026-11-01')).toBe('2026-12-30');
  });
});

describe('a database version', () => {
  it.each([
    ['10.11.19-MariaDB-0+deb12u1', false],
    ['10.5.9-MariaDB', true],
    ['11.4.2-MariaDB', false],
    ['8.0.36', false],
    ['8.0.11-TiDB-v7.5.0', false],
    ['5.7.44-log', true],
  ])('%s is too old: %s', (version, old) => {
    expect(tooOld(version)).toBe(old);
  });
});

describe('the fields of a message', () => {
  it('fit the template whatever the enterprise is called', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.integer({ min: 1, max: 500 }),
        (enterprise, count) => {
          for (const template of ['dailyList', 'reminder'] as const) {
            const fields = fieldsOf({ template, title: 't', count, enterprise, page: 'p' }, '2026-11-23', new Date());
            const data = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { value }]));
            expect(refusedField(['thing1', 'number2', 'time3', 'thing4'], data)).toBeUndefined();
          }
          const notice = fieldsOf(
            { template: 'notice', title: enterprise, body: enterprise.repeat(3), page: 'p' },
            '2026-11-23',
            new Date(),
          );
          const told = Object.fromEntries(Object.entries(notice).map(([name, value]) => [name, { value }]));
          expect(refusedField(['thing1', 'thing2', 'time3'], told)).toBeUndefined();
        },
      ),
      { seed: 7 },
    );
    expect([...thing('甲'.repeat(30))]).toHaveLength(20);
  });
});

describe('a refused message', () => {
  const now = new Date('2026-11-23T08:00:00+08:00');
  const until = new Date('2026-11-24T20:00:00+08:00');
  const step = (code: number | string, retryable: boolean, attempts: number, quota?: Quota) =>
    nextStep({ code, retryable, quota }, attempts, { now, until });
  const after = (seconds: number) => ({ do: 'retry', at: new Date(now.getTime() + seconds * 1000) });

  it('is tried again where the platform says it may help, as long as it is of use, and falls back without consent', () => {
    expect(step(43101, false, 1)).toEqual({ do: 'no_consent' });
    expect(step(47003, false, 1)).toEqual({ do: 'dead', fault: 'ours' });
    expect(step(40003, false, 1)).toEqual({ do: 'dead', fault: 'receiver' });
    expect(step(-1, true, 1)).toEqual(after(10));
    expect(step('network', true, 40)).toEqual(after(7200));
    expect(nextStep({ code: -1, retryable: true }, 9, { now, until: now })).toEqual({ do: 'too_late' });
  });

  it('waits for its quota: a second, a minute, the next day, or a look after the month’s', () => {
    expect(step(90018, true, 1, 'second')).toEqual(after(2));
    expect(step(143103, true, 1, 'minute')).toEqual(after(60));
    expect(step(45009, true, 1, 'day')).toEqual({ do: 'retry', at: new Date('2026-11-24T07:30:00+08:00') });
    expect(step(90020, true, 1, 'month')).toEqual(after(6 * 3600));
  });
});
