-- New intervals and anchors for the points of some enterprises, after their risk factors have changed. A point is next
-- due the new interval after its last task, tomorrow at the earliest: nothing is due twice, and nothing is lost.
-- Values: enterprise ids, today, today, tomorrow, tomorrow
UPDATE point p
JOIN (
  -- DISTINCT keeps it a table of its own: what it reads is what was there before
  SELECT DISTINCT q.id, q.anchor_date, q.interval_days, (SELECT MAX(t.task_date) FROM task t WHERE t.point_id = q.id AND t.round = 0) AS last,
    LEAST(GREATEST(ROUND(y.default_interval_days * e.risk_factor), 1), 2 * y.default_interval_days) AS days, y.default_interval_days AS usual
  FROM enterprise e JOIN point q ON q.enterprise_id = e.id JOIN point_type y ON y.code = q.point_type
  WHERE e.id IN (?) AND q.active AND q.permit_interval_days IS NULL
) n ON n.id = p.id
SET p.interval_days = n.days,
  p.interval_basis = IF(n.days = n.usual, 'default', 'risk'),
  p.anchor_date = IF(n.last IS NULL,
    IF(n.anchor_date > ?, LEAST(n.anchor_date, ? + INTERVAL n.days DAY), ?),
    GREATEST(n.last + INTERVAL n.days DAY, ?))
WHERE n.days <> n.interval_days
