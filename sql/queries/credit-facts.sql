-- What a half-year left behind of the enterprises of a range: scores, tasks, findings that ran past their deadline.
-- Values: (from id, to id, first date, last date) twice, from id, to id, begin of the span, end of the span twice
SELECT s.enterprise_id AS enterpriseId, s.days, s.meanScore, s.worst, COALESCE(t.due, 0) AS tasksDue, COALESCE(t.done, 0) AS tasksDone,
  COALESCE(f.overdue, 0) AS overdue
FROM (
  -- the mean of the months, so that a month with lost days weighs as much as any other
  SELECT m.enterprise_id, CAST(SUM(m.days) AS SIGNED) AS days, AVG(m.score) + 0E0 AS meanScore, MIN(m.worst) AS worst
  FROM (
    SELECT h.enterprise_id, COUNT(*) AS days, AVG(h.score) AS score, MIN(FIELD(h.colour, 'black', 'red', 'yellow', 'blue', 'green')) AS worst
    FROM health_snapshot h
    WHERE h.enterprise_id BETWEEN ? AND ? AND h.day BETWEEN ? AND ?
    GROUP BY h.enterprise_id, MONTH(h.day)
  ) m
  GROUP BY m.enterprise_id
) s
LEFT JOIN (
  SELECT enterprise_id, COUNT(*) AS due, SUM(state <> 'missed') AS done
  FROM task
  WHERE enterprise_id BETWEEN ? AND ? AND task_date BETWEEN ? AND ? AND state IN ('done', 'late', 'missed')
  GROUP BY enterprise_id
) t ON t.enterprise_id = s.enterprise_id
LEFT JOIN (
  SELECT enterprise_id, COUNT(*) AS overdue
  FROM finding
  WHERE enterprise_id BETWEEN ? AND ? AND due_at >= ? AND due_at < ? AND COALESCE(submitted_at, closed_at, ?) > due_at
  GROUP BY enterprise_id
) f ON f.enterprise_id = s.enterprise_id
