-- Tasks with all that a report is judged by. Values: task ids
SELECT t.id, t.report_id, t.task_date, t.state, t.due_at, t.grace_until, t.officer_id AS task_officer_id,
  p.id AS point_id, p.code, p.name, p.point_type, p.officer_id, p.deputy_id, p.key_version, p.fence_m, p.lng, p.lat,
  p.limit_profile, p.settings, p.interval_days, e.id AS enterprise_id, e.name AS enterprise_name, e.industry, e.region_code
FROM task t
JOIN point p ON p.id = t.point_id
JOIN enterprise e ON e.id = t.enterprise_id
WHERE t.id IN (?)
