-- Everything known of an enterprise in a span of time, as one timeline. `n` tells rows of one instant apart.
-- Values: (enterprise, from, to) nine times, then the condition of the page
SELECT x.at, x.kind, x.n, x.type, x.id, x.text, x.who
FROM (
  SELECT r.believed_at AS at, 'report' AS kind, r.id AS n, 'report' AS type, r.id, CONCAT(p.name, ' ', p.code, '：', IF(r.abnormal_count = 0, '正常', CONCAT('异常 ', r.abnormal_count, ' 项')),
      '，照片 ', (SELECT COUNT(*) FROM report_photo h WHERE h.report_id = r.id AND h.state = 'verified'), ' 张，可信度 ', r.trust_score) AS text, o.name AS who
    FROM report r JOIN point p ON p.id = r.point_id JOIN person o ON o.id = r.officer_id
    WHERE r.enterprise_id = ? AND r.believed_at >= ? AND r.believed_at < ?
  UNION ALL
  SELECT s.at, CONCAT('finding_', s.kind), s.id, 'finding', f.id, CONCAT(f.item_zh, IF(s.note = '', '', CONCAT('：', s.note))), a.name
    FROM finding f JOIN finding_step s ON s.finding_id = f.id LEFT JOIN person a ON a.id = s.actor_id
    WHERE f.enterprise_id = ? AND s.at >= ? AND s.at < ?
  UNION ALL
  SELECT s.at, CONCAT('warning_', s.kind), s.id, 'warning', w.id, CONCAT(w.reason, IF(s.note = '' OR s.note = w.reason, '', CONCAT('（', s.note, '）'))), a.name
    FROM warning w JOIN warning_step s ON s.warning_id = w.id LEFT JOIN person a ON a.id = s.actor_id
    WHERE w.enterprise_id = ? AND s.at >= ? AND s.at < ?
  UNION ALL
  SELECT v.left_at, 'visit', v.id, 'visit', v.id, CONCAT(v.purpose, IF(v.taught IS NULL, '', CONCAT('；教了：', v.taught))), o.name
    FROM visit v JOIN person o ON o.id = v.owner_id
    WHERE v.enterprise_id = ? AND v.left_at >= ? AND v.left_at < ?
  UNION ALL
  SELECT n.decided_on - INTERVAL 8 HOUR, 'penalty', n.id, 'penalty', n.id, CONCAT(n.document_no, '：', n.content), NULL
    FROM penalty n WHERE n.enterprise_id = ? AND n.state = 'in_force' AND n.decided_on - INTERVAL 8 HOUR >= ? AND n.decided_on - INTERVAL 8 HOUR < ?
  UNION ALL
  SELECT t.received_on - INTERVAL 8 HOUR, CONCAT('petition_', t.state), t.id, 'petition', t.id, t.content, NULL
    FROM petition t WHERE t.enterprise_id = ? AND t.state <> 'voided' AND t.received_on - INTERVAL 8 HOUR >= ? AND t.received_on - INTERVAL 8 HOUR < ?
  UNION ALL
  SELECT i.happened_at, CONCAT('incident_', i.state), i.id, 'incident', i.id, i.content, NULL
    FROM incident i WHERE i.enterprise_id = ? AND i.state <> 'voided' AND i.happened_at >= ? AND i.happened_at < ?
  UNION ALL
  SELECT s.at, CONCAT('supervision_', s.kind), s.id, 'supervision', u.id, IF(s.note = '', u.reason, s.note), a.name
    FROM supervision u JOIN supervision_step s ON s.supervision_id = u.id LEFT JOIN person a ON a.id = s.actor_id
    WHERE u.enterprise_id = ? AND s.at >= ? AND s.at < ?
  UNION ALL
  SELECT n.created_at, IF(n.read_at IS NULL, 'notice', 'notice_read'), n.id, 'notification', n.id,
      CONCAT(COALESCE(JSON_UNQUOTE(JSON_EXTRACT(n.content, '$.title')), n.kind), IF(n.read_at IS NULL, '（未读）', CONCAT('（', DATE_FORMAT(n.read_at + INTERVAL 8 HOUR, '%m-%d %H:%i'), ' 已读）'))), p.name
    FROM (SELECT DISTINCT person_id FROM person_grant WHERE role = 'officer' AND enterprise_id = ?) g
    JOIN notification n ON n.person_id = g.person_id JOIN person p ON p.id = n.person_id
    WHERE n.created_at >= ? AND n.created_at < ? AND n.channel = 'inapp'
) x
WHERE
