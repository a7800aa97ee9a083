-- What waits for officials, by person and kind of matter, and how much of it is past its date; regulators hear of what is
-- past its date also where it waits for others. Values: now, today, now, today, today, today, today, today, from person, to person
SELECT v.person_id, w.what, CAST(SUM(w.n) AS SIGNED) AS n, CAST(SUM(w.late) AS SIGNED) AS late
FROM (
  SELECT m.what, m.role, m.region_code, COUNT(*) AS n, SUM(m.late) AS late
  FROM (
    SELECT 'correction' AS what, 'township' AS role, e.region_code, f.verify_by < ? AS late
    FROM finding f JOIN enterprise e ON e.id = f.enterprise_id WHERE f.state = 'submitted' AND f.severity <> 'minor'
    UNION ALL SELECT 'suspension', 'township', e.region_code, s.from_date <= ?
    FROM suspension s JOIN enterprise e ON e.id = s.enterprise_id WHERE s.state = 'pending'
    UNION ALL SELECT 'extension', 'township', e.region_code, f.due_at < ?
    FROM finding f JOIN enterprise e ON e.id = f.enterprise_id WHERE f.state = 'open' AND f.extension = 'asked'
    UNION ALL SELECT 'repair', 'township', e.region_code, r.check_by < ?
    FROM health_repair r JOIN enterprise e ON e.id = r.enterprise_id WHERE r.state = 'applied'
    UNION ALL SELECT 'dispute', 'regulator', e.region_code, d.decide_by < ?
    FROM health_dispute d JOIN enterprise e ON e.id = d.enterprise_id WHERE d.state = 'open'
    UNION ALL SELECT 'objection', 'regulator', e.region_code, o.decide_by < ?
    FROM credit_objection o JOIN enterprise e ON e.id = o.enterprise_id WHERE o.state = 'open'
    UNION ALL SELECT 'adjustment', 'regulator', e.region_code, FALSE
    FROM credit_adjustment a JOIN enterprise e ON e.id = a.enterprise_id WHERE a.state = 'proposed'
    UNION ALL SELECT 'petition', 'enforcement', e.region_code, p.answer_by < ?
    FROM petition p JOIN enterprise e ON e.id = p.enterprise_id WHERE p.state = 'received'
    UNION ALL SELECT 'incident', 'enforcement', e.region_code, i.due_on < ?
    FROM incident i JOIN enterprise e ON e.id = i.enterprise_id WHERE i.state IN ('reported', 'confirmed')
  ) m
  GROUP BY m.what, m.role, m.region_code
) w
JOIN (
  SELECT DISTINCT g.person_id, g.role, r.code AS region_code
  FROM person_grant g
  JOIN person p ON p.id = g.person_id AND p.active
  JOIN region r ON r.code LIKE CONCAT(g.region_prefix, '%')
  WHERE g.person_id BETWEEN ? AND ? AND g.role <> 'officer'
) v ON v.region_code = w.region_code AND (v.role = w.role OR (v.role = 'regulator' AND w.late > 0))
GROUP BY v.person_id, w.what
ORDER BY v.person_id, late DESC, n DESC, w.what
