-- A red code raises the frequency of official checks: as long as it is red, somebody is due on site every so many days.
-- The span is ours (basis O): the sources name more frequent checks, no number.
INSERT IGNORE INTO warning_rule (code, version, zh, params, level, ack_hours, message, created_at) VALUES
  ('unvisited', 1, '红码期间没有人到现场', '{"days": 14, "quietDays": 2}', 'normal', 48,
   '{a}期间每 {days} 天至少到现场检查一次。变红已 {b} 天，近 {days} 天没有人到过。', '2026-11-01 00:00:00');
