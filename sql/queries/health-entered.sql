-- Facts that officials or watching features entered, and the grades of credit. Values: ids, since, ids, since
SELECT h.enterprise_id, h.id, h.code, h.occurred_at, h.ended_at, h.source, NULL AS grade, NULL AS period
FROM health_fact h WHERE h.enterprise_id IN (?) AND (h.ended_at IS NULL OR h.ended_at >= ?)
UNION ALL
SELECT g.enterprise_id, 0, g.source, g.published_at, g.valid_until, NULL, g.grade, g.period
FROM credit_grade g WHERE g.enterprise_id IN (?) AND g.valid_until >= ?
