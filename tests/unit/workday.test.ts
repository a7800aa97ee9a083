import { shanghaiInstant } from '../../bff/src/core/clock';
import { addOfficeHours, addWorkingDays, isOfficeTime, isWorkingDay } from '../../bff/src/core/workday';

describe('working days by the statutory calendar', () => {
  it.each([
    ['2026-10-01', false, 'National Day'],
    ['2026-10-07', false, 'the last day of the holiday'],
    ['2026-10-10', true, 'a Saturday worked instead'],
    ['2026-02-14', true, 'a Saturday before the Spring Festival'],
    ['2026-11-21', false, 'a Saturday'],
    ['2025-10-08', false, 'Mid-Autumn within National Day'],
    ['2027-01-01', false, 'New Year of a year that is not announced'],
    ['2027-02-08', false, 'the third day of the Spring Festival'],
    ['2027-02-09', true, 'the day after what the regulation fixes'],
    ['2029-05-01', false, 'a fixed day of a far year'],
  ])('%s is %s: %s', (date, works) => expect(isWorkingDay(date)).toBe(works));

  it.each([
    ['2026-11-23', 10, '2026-12-07'],
    // the holiday has seven days, and Saturday the 10th is worked
    ['2026-09-28', 10, '2026-10-16'],
    ['2026-11-20', 1, '2026-11-23'],
    ['2026-12-25', 5, '2027-01-04'],
  ])('%s and %i more end on %s', (from, days, to) => expect(addWorkingDays(from, days)).toBe(to));
});

describe('office hours', () => {
  it.each([
    ['Friday evening, 16 hours', '2026-11-27 18:42', 16, '2026-12-01 17:30'],
    ['Friday 16:30, 2 hours', '2026-11-27 16:30', 2, '2026-11-30 09:30'],
    ['over noon', '2026-11-27 11:30', 1, '2026-11-27 13:30'],
    ['in the night', '2026-11-25 02:30', 8, '2026-11-25 17:30'],
    ['before the National Day', '2026-09-30 17:00', 1, '2026-10-08 09:00'],
    ['a Saturday that is worked', '2026-10-10 08:30', 1, '2026-10-10 09:30'],
  ])('%s', (_what, from, hours, until) => {
    const instant = (text: string) => shanghaiInstant(text.slice(0, 10), text.slice(11));
    expect(addOfficeHours(instant(from), hours)).toEqual(instant(until));
  });

  it('end at noon and in the evening, and are none at the weekend', () => {
    const open = (time: string, date = '2026-11-27') => isOfficeTime(shanghaiInstant(date, time));
    expect(['08:29', '08:30', '11:59', '12:00', '13:00', '17:29', '17:30'].map((time) => open(time))).toEqual([
      false,
      true,
      true,
      false,
      true,
      true,
      false,
    ]);
    expect(open('10:00', '2026-11-28')).toBe(false);
  });
});
