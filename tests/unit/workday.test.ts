import { addWorkingDays, isWorkingDay } from '../../bff/src/features/healthcode/workday.rules';

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
