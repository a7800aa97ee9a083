-- One task for each point of the chunk that is due on the date.
-- Values: date, due_at, grace_until, date, date, from id, to id, date, date, date, date
INSERT IGNORE INTO task
  (point_id, task_date, round, enterprise_id, officer_id, origin, interval_days, interval_basis, due_at, grace_until)
SELECT p.id, ?, 0, p.enterprise_id, COALESCE(l.deputy_id, p.officer_id), 'plan', p.interval_days, p.interval_basis, ?, ?
FROM point p
LEFT JOIN (
  -- the officer is on leave: the deputy of the latest leave that covers the day
  SELECT person_id, CAST(SUBSTRING_INDEX(GROUP_CONCAT(deputy_id ORDER BY id DESC), ',', 1) AS SIGNED) AS deputy_id
  FROM officer_leave
  WHERE cancelled_at IS NULL AND from_date <= ? AND to_date >= ?
  GROUP BY person_id
) l ON l.person_id = p.officer_id
WHERE p.id BETWEEN ? AND ?
  AND p.active
  AND p.anchor_date <= ?
  AND MOD(DATEDIFF(?, p.anchor_date), p.interval_days) = 0
  AND NOT EXISTS (
    SELECT 1 FROM suspension s
    WHERE s.enterprise_id = p.enterprise_id AND s.state = 'approved' AND s.from_date <= ? AND s.to_date >= ?
  )
ORDER BY p.id
