import {
  addDays,
  businessDate,
  daysBetween,
  MovableClock,
  shanghaiInstant,
  shanghaiTime,
} from '../../bff/src/core/clock';

describe('business dates', () => {
  it('change at midnight in Shanghai, not in UTC', () => {
    expect(businessDate(new Date('2026-11-22T15:59:59.999Z'))).toBe('2026-11-22');
    expect(businessDate(new Date('2026-11-22T16:00:00.000Z'))).toBe('2026-11-23');
    expect(shanghaiTime(new Date('2026-11-22T16:05:00Z'))).toBe('00:05');
    expect(shanghaiInstant('2026-11-23', '20:00')).toEqual(new Date('2026-11-23T12:00:00Z'));
  });

  it('count over months, years and leap days', () => {
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
    expect(daysBetween('2026-01-01', '2027-01-01')).toBe(365);
    expect(daysBetween('2026-11-23', '2026-11-20')).toBe(-3);
  });
});

describe('MovableClock', () => {
  it('goes on from where it was moved to', () => {
    const clock = new MovableClock();
    clock.moveTo(new Date('2030-01-01T00:00:00Z'));
    clock.moveBy(3_600_000);
    const now = clock.now().getTime() - Date.parse('2030-01-01T01:00:00Z');
    expect(now).toBeGreaterThanOrEqual(0);
    expect(now).toBeLessThan(1000);
  });
});
