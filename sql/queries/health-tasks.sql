-- Tasks that were missed or late, and since when there have been tasks. Values: ids, first date, ids, first date, ids
SELECT t.enterprise_id, t.id, 'missed' AS kind, t.task_date, t.closed_at
FROM task t WHERE t.state = 'missed' AND t.enterprise_id IN (?) AND t.task_date >= ?
UNION ALL
SELECT t.enterprise_id, t.id, 'late', t.task_date, t.closed_at
FROM task t WHERE t.state = 'late' AND t.enterprise_id IN (?) AND t.task_date >= ?
UNION ALL
SELECT t.enterprise_id, 0, 'watched', MIN(t.task_date), NULL
FROM task t WHERE t.enterprise_id IN (?) GROUP BY t.enterprise_id
