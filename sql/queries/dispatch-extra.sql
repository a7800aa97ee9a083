-- Extra inspections that an official ordered for the date, for the points of the chunk; a suspension does not stop them.
-- Values: due_at, grace_until, date, from id, to id
INSERT IGNORE INTO task
  (point_id, task_date, round, enterprise_id, officer_id, origin, interval_days, interval_basis, due_at, grace_until)
SELECT p.id, x.task_date, x.round, p.enterprise_id, COALESCE(
    (SELECT l.deputy_id FROM officer_leave l
     WHERE l.person_id = p.officer_id AND l.cancelled_at IS NULL AND l.from_date <= x.task_date AND l.to_date >= x.task_date
     ORDER BY l.id DESC LIMIT 1), p.officer_id),
  'ordered', p.interval_days, p.interval_basis, ?, ?
FROM extra_inspection x
JOIN point p ON p.id = x.point_id
WHERE x.task_date = ? AND x.point_id BETWEEN ? AND ? AND p.active
