-- Opens a warning for each subject that a rule finds, or merges into the one that is not closed yet: once a day, never
-- double. A subject whose warning was closed not long ago stays quiet unless there is a newer row behind it.
-- Values: rule, version, level, rule, sentence, hours, acknowledge by, now, now, date, the rule's own, rule, quiet since
INSERT INTO warning
  (rule_code, rule_version, level, subject_type, subject_id, enterprise_id, region_code, open_key, reason, evidence, newest_id,
   tier, ack_hours, ack_by, opened_at, last_seen_at, last_seen_on)
SELECT ?, ?, ?, x.subject_type, x.subject_id, x.enterprise_id, x.region_code, CONCAT(?, ':', x.subject_id),
  LEFT(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(?, '{n}', x.n), '{a}', x.a), '{b}', x.b), '{c}', x.c), '{d}', x.d), 300),
  CONCAT('{"type":"', x.kind, '","ids":[', COALESCE(x.ids, ''), '],"count":', x.n, '}'), x.newest,
  -- what belongs to no township starts with the county
  IF(CHAR_LENGTH(x.region_code) > 6, 'township', 'county'), ?, ?, ?, ?, ?
FROM (
  /* the rule */
) x
WHERE NOT EXISTS (
  SELECT 1 FROM warning q
  WHERE q.rule_code = ? AND q.subject_id = x.subject_id AND q.state = 'closed' AND q.closed_at > ? AND q.newest_id >= x.newest
)
ON DUPLICATE KEY UPDATE
  repeats = repeats + (last_seen_on < VALUES(last_seen_on)),
  last_seen_on = VALUES(last_seen_on),
  last_seen_at = VALUES(last_seen_at),
  -- an enterprise that moved takes its warnings along
  region_code = VALUES(region_code),
  reason = VALUES(reason),
  evidence = VALUES(evidence),
  newest_id = VALUES(newest_id),
  eased_at = NULL
