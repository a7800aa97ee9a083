-- One message for each officer of the chunk who has something open on the date.
-- Values: kind, template, title, now, now, template, date, from person, to person
INSERT IGNORE INTO notification (person_id, kind, business_date, channel, content, next_attempt_at, created_at)
SELECT t.officer_id, ?, t.task_date,
  IF(i.subject IS NOT NULL AND COALESCE(c.remaining, 0) > 0, 'wechat', 'inapp'),
  JSON_OBJECT('template', ?, 'title', ?, 'count', COUNT(*), 'enterprise', MIN(e.name), 'page', 'pages/officer/today/index'),
  ?, ?
FROM task t
JOIN enterprise e ON e.id = t.enterprise_id
JOIN person p ON p.id = t.officer_id AND p.active
LEFT JOIN person_identity i ON i.person_id = t.officer_id AND i.provider = 'wechat'
LEFT JOIN consent c ON c.person_id = t.officer_id AND c.template = ?
WHERE t.task_date = ? AND t.state = 'open' AND t.officer_id BETWEEN ? AND ?
GROUP BY t.officer_id, t.task_date, i.subject, c.remaining
