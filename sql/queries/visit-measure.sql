-- What a visit changed: tasks due and done, and findings opened, in the 30 days before it and the 30 days after it (or as
-- many as there have been). Values: the last day that counts, then conditions on the visits.
SELECT v.id,
  (SELECT COUNT(*) FROM task t WHERE t.enterprise_id = v.enterprise_id AND t.task_date BETWEEN v.day - INTERVAL 30 DAY AND v.day - INTERVAL 1 DAY
     AND t.state IN ('done', 'late', 'missed')) AS beforeDue,
  (SELECT COUNT(*) FROM task t WHERE t.enterprise_id = v.enterprise_id AND t.task_date BETWEEN v.day - INTERVAL 30 DAY AND v.day - INTERVAL 1 DAY
     AND t.state IN ('done', 'late')) AS beforeDone,
  (SELECT COUNT(*) FROM finding f WHERE f.enterprise_id = v.enterprise_id
     AND f.opened_at >= v.start - INTERVAL 30 DAY AND f.opened_at < v.start) AS beforeFindings,
  (SELECT COUNT(*) FROM task t WHERE t.enterprise_id = v.enterprise_id AND t.task_date BETWEEN v.day + INTERVAL 1 DAY AND LEAST(v.day + INTERVAL 30 DAY, v.last)
     AND t.state IN ('done', 'late', 'missed')) AS afterDue,
  (SELECT COUNT(*) FROM task t WHERE t.enterprise_id = v.enterprise_id AND t.task_date BETWEEN v.day + INTERVAL 1 DAY AND LEAST(v.day + INTERVAL 30 DAY, v.last)
     AND t.state IN ('done', 'late')) AS afterDone,
  (SELECT COUNT(*) FROM finding f WHERE f.enterprise_id = v.enterprise_id
     AND f.opened_at >= v.start + INTERVAL 1 DAY AND f.opened_at < v.start + INTERVAL 31 DAY) AS afterFindings
FROM (
  -- `start` is midnight of that day in Asia/Shanghai, as UTC; DISTINCT keeps it a table of its own
  SELECT DISTINCT id, enterprise_id, DATE(left_at + INTERVAL 8 HOUR) AS day, DATE(left_at + INTERVAL 8 HOUR) - INTERVAL 8 HOUR AS start, CAST(? AS DATE) AS last
  FROM visit
  WHERE
