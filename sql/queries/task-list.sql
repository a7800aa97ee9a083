-- An officer's tasks of a date, and what is still open and in grace of the days before it; what was found there last
-- time included. Values: officer id, first date, date, date, now
SELECT t.id, t.task_date, t.point_id, t.round, t.origin, t.state, t.interval_days, t.interval_basis, t.due_at, t.grace_until, t.closed_at, t.report_id,
  p.code, p.name, p.place, p.lng, p.lat, p.fence_m, p.point_type, y.zh AS type_name, e.id AS enterprise_id, e.name AS enterprise_name,
  x.reason AS extra_reason, last.task_date AS last_date, last.state AS last_state, r.abnormal_count AS last_abnormal
FROM task t
JOIN point p ON p.id = t.point_id
JOIN point_type y ON y.code = p.point_type
JOIN enterprise e ON e.id = t.enterprise_id
LEFT JOIN extra_inspection x ON t.origin = 'ordered' AND x.point_id = t.point_id AND x.task_date = t.task_date AND x.round = t.round
LEFT JOIN task last ON last.id = (
  SELECT b.id FROM task b WHERE b.point_id = t.point_id AND b.task_date < t.task_date ORDER BY b.task_date DESC, b.round DESC LIMIT 1
)
LEFT JOIN report r ON r.id = last.report_id
WHERE t.officer_id = ? AND t.task_date BETWEEN ? AND ?
  AND (t.task_date = ? OR (t.state = 'open' AND t.grace_until > ?))
ORDER BY t.state = 'open' DESC, t.due_at, p.code, t.round
