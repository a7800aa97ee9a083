/**
 * SQL for who does the work of `officer` on `date`: the deputy of the latest leave that covers the day, else the officer.
 * Both are SQL expressions, never input; placeholders are bound in the order officer, date, date, officer.
 */
export function actingOfficer(officer: string, date: string): string {
  return `COALESCE((
    SELECT l.deputy_id FROM officer_leave l
    WHERE l.person_id = ${officer} AND l.cancelled_at IS NULL AND l.from_date <= ${date} AND l.to_date >= ${date}
    ORDER BY l.id DESC LIMIT 1), ${officer})`;
}
