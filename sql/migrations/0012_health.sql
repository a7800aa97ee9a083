-- The health code: rule sets, what is known beyond tasks and findings, the code's state, its days, disputes and repairs.

-- A draft may be tried; a published one is never changed again.
CREATE TABLE IF NOT EXISTS health_rule_set (
  version INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NULL UNIQUE,
  name VARCHAR(60) NOT NULL,
  note VARCHAR(500) NOT NULL DEFAULT '',
  state VARCHAR(10) NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'published', 'retired')),
  -- in force from the start of this day, until a later one is
  effective_from DATE NULL,
  -- see bff/src/features/healthcode/ruleset.schema.ts
  body JSON NOT NULL,
  created_by BIGINT NULL,
  created_at DATETIME(3) NOT NULL,
  published_by BIGINT NULL,
  published_at DATETIME(3) NULL,
  publish_reason VARCHAR(500) NULL,
  KEY health_rule_set_force (state, effective_from),
  CONSTRAINT health_rule_set_published CHECK (state = 'draft' OR (effective_from IS NOT NULL AND published_at IS NOT NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Facts that no other table knows: entered by officials, or by features that watch.
CREATE TABLE IF NOT EXISTS health_fact (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NOT NULL UNIQUE,
  enterprise_id BIGINT NOT NULL,
  -- a rule's, a veto's or a bonus's code
  code VARCHAR(24) NOT NULL,
  occurred_at DATETIME(3) NOT NULL,
  -- put right, for what counts until it is
  ended_at DATETIME(3) NULL,
  note VARCHAR(500) NOT NULL,
  -- {type, ids}: the rows behind it; none: the fact itself
  source JSON NULL,
  entered_by BIGINT NULL,
  entered_at DATETIME(3) NOT NULL,
  KEY health_fact_of (enterprise_id, occurred_at),
  CONSTRAINT health_fact_enterprise FOREIGN KEY (enterprise_id) REFERENCES enterprise (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What the code needs to go on from, beside what everybody reads in health_code.
CREATE TABLE IF NOT EXISTS health_state (
  enterprise_id BIGINT NOT NULL PRIMARY KEY,
  -- {colour: instant}: since when the band has been at least that good, for colours better than the one shown
  better JSON NOT NULL,
  site_check_at DATETIME(3) NULL,
  -- when time alone may change score or colour
  next_at DATETIME(3) NULL,
  -- of the deductions that lie in health_deduction: they are written anew only when it changes
  digest CHAR(40) NOT NULL DEFAULT '',
  KEY health_state_next (next_at),
  CONSTRAINT health_state_of FOREIGN KEY (enterprise_id) REFERENCES enterprise (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Enterprises to which something has happened since they were evaluated.
CREATE TABLE IF NOT EXISTS health_dirty (
  enterprise_id BIGINT NOT NULL PRIMARY KEY,
  since DATETIME(3) NOT NULL,
  KEY health_dirty_since (since)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What costs points now, and why.
CREATE TABLE IF NOT EXISTS health_deduction (
  enterprise_id BIGINT NOT NULL,
  fact_key VARCHAR(60) NOT NULL,
  code VARCHAR(24) NOT NULL,
  dimension VARCHAR(3) NOT NULL,
  points DECIMAL(5, 2) NOT NULL,
  counted DECIMAL(5, 2) NOT NULL,
  since DATETIME(3) NOT NULL,
  expires_at DATETIME(3) NULL,
  -- {type, ids}
  source JSON NOT NULL,
  disputed BOOLEAN NOT NULL,
  restored BOOLEAN NOT NULL,
  PRIMARY KEY (enterprise_id, fact_key),
  KEY health_deduction_code (code, enterprise_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- One row a night and enterprise. Never written again: past days are not rescored under new rules.
CREATE TABLE IF NOT EXISTS health_snapshot (
  day DATE NOT NULL,
  enterprise_id BIGINT NOT NULL,
  rule_set_version INT NOT NULL,
  score DECIMAL(5, 2) NOT NULL,
  colour VARCHAR(8) NOT NULL,
  -- {dimension: points}, those that cost something
  dimensions JSON NOT NULL,
  -- [[code, facts, points]]
  deductions JSON NOT NULL,
  vetoes TINYINT NOT NULL DEFAULT 0,
  PRIMARY KEY (day, enterprise_id),
  KEY health_snapshot_of (enterprise_id, day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- 异议: the enterprise holds that a fact was not so. At most one for a fact.
CREATE TABLE IF NOT EXISTS health_dispute (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NOT NULL UNIQUE,
  enterprise_id BIGINT NOT NULL,
  fact_key VARCHAR(60) NOT NULL,
  code VARCHAR(24) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  -- [sha256]
  photos JSON NOT NULL,
  filed_by BIGINT NOT NULL,
  filed_at DATETIME(3) NOT NULL,
  -- the tenth working day after
  decide_by DATE NOT NULL,
  state VARCHAR(8) NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'upheld', 'refused')),
  decided_by BIGINT NULL,
  decided_at DATETIME(3) NULL,
  note VARCHAR(500) NULL,
  UNIQUE KEY health_dispute_once (enterprise_id, fact_key),
  KEY health_dispute_state (state, decide_by, id),
  CONSTRAINT health_dispute_of FOREIGN KEY (enterprise_id) REFERENCES enterprise (id),
  CONSTRAINT health_dispute_decided CHECK ((state = 'open') = (decided_at IS NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- 信用修复: the enterprise says that it has made good; an official checks it on site.
CREATE TABLE IF NOT EXISTS health_repair (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NOT NULL UNIQUE,
  enterprise_id BIGINT NOT NULL,
  fact_key VARCHAR(60) NOT NULL,
  code VARCHAR(24) NOT NULL,
  statement VARCHAR(500) NOT NULL,
  photos JSON NOT NULL,
  filed_by BIGINT NOT NULL,
  filed_at DATETIME(3) NOT NULL,
  check_by DATE NOT NULL,
  state VARCHAR(8) NOT NULL DEFAULT 'applied' CHECK (state IN ('applied', 'verified', 'refused')),
  -- the enterprise and fact while it waits: a refused one may be applied for again
  open_key VARCHAR(90) NULL UNIQUE,
  checked_by BIGINT NULL,
  checked_at DATETIME(3) NULL,
  note VARCHAR(500) NULL,
  KEY health_repair_of (enterprise_id, fact_key),
  KEY health_repair_state (state, check_by, id),
  CONSTRAINT health_repair_enterprise FOREIGN KEY (enterprise_id) REFERENCES enterprise (id),
  CONSTRAINT health_repair_checked CHECK ((state = 'applied') = (checked_at IS NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- An official has been there: the door's code was scanned. What lets a red code rise again.
CREATE TABLE IF NOT EXISTS health_site_check (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NOT NULL UNIQUE,
  enterprise_id BIGINT NOT NULL,
  point_id BIGINT NOT NULL,
  -- the repair that was checked, if it was for one
  repair_id BIGINT NULL,
  passed BOOLEAN NOT NULL,
  note VARCHAR(500) NOT NULL,
  position JSON NULL,
  checked_by BIGINT NOT NULL,
  checked_at DATETIME(3) NOT NULL,
  KEY health_site_check_of (enterprise_id, checked_at),
  CONSTRAINT health_site_check_enterprise FOREIGN KEY (enterprise_id) REFERENCES enterprise (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- A red code calls for help on site.
INSERT IGNORE INTO warning_rule (code, version, zh, params, level, ack_hours, message, created_at) VALUES
  ('code_red', 1, '健康码变红', '{}', 'major', 24, '健康码变为{a}，现在 {n} 分，请上门帮扶并增加检查。', '2026-11-01 00:00:00');

-- The night reads what was missed or late, and the findings that are open or were closed of late, enterprise by
-- enterprise. Prepared, since MySQL knows no CREATE INDEX IF NOT EXISTS.
SET @add = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_name = 'task_fate') = 0,
  'CREATE INDEX task_fate ON task (state, enterprise_id, task_date, closed_at)', 'DO 0');
PREPARE add_index FROM @add;
EXECUTE add_index;
DEALLOCATE PREPARE add_index;
SET @add = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_name = 'finding_closed') = 0,
  'CREATE INDEX finding_closed ON finding (enterprise_id, closed_at)', 'DO 0');
PREPARE add_index FROM @add;
EXECUTE add_index;
DEALLOCATE PREPARE add_index;

-- The city's rules, our values throughout (basis O), modelled on published schemes.
INSERT IGNORE INTO health_rule_set (version, name, note, state, effective_from, body, created_at, published_at) VALUES (1, '湖州三色规则 2026.1', '各地公开方案未载明的分值由我们设定。', 'published', '2025-01-01', '{
  "start": 100,
  "floor": 0,
  "dimensions": [
    {"code": "D1", "zh": "自查", "cap": 25, "basis": "O"},
    {"code": "D2", "zh": "整改", "cap": 25, "basis": "O"},
    {"code": "D3", "zh": "运行", "cap": 25, "basis": "O"},
    {"code": "D4", "zh": "风险", "cap": 15, "basis": "O"},
    {"code": "D5", "zh": "执法", "cap": 60, "basis": "O"},
    {"code": "D6", "zh": "信访", "cap": 15, "basis": "O"},
    {"code": "D7", "zh": "信用", "cap": 10, "basis": "O"}
  ],
  "rules": [
    {"code": "H01", "dimension": "D1", "zh": "任务漏检", "points": 1, "valid": {"kind": "days", "days": 30}, "cap": 15, "source": "auto", "basis": "O"},
    {"code": "H02", "dimension": "D1", "zh": "任务补报", "points": 0.3, "valid": {"kind": "days", "days": 30}, "cap": 4, "source": "auto", "basis": "O"},
    {"code": "H03", "dimension": "D1", "zh": "上报材料作假，经核实", "points": 10, "valid": {"kind": "days", "days": 180}, "cap": 20, "source": "officer", "basis": "O"},
    {"code": "H04", "dimension": "D1", "zh": "连续 3 天有任务漏检", "points": 5, "valid": {"kind": "days", "days": 30}, "cap": 5, "source": "auto", "derived": {"kind": "in_a_row", "from": "H01", "atLeast": 3}, "basis": "O"},
    {"code": "H05", "dimension": "D2", "zh": "轻微问题超期未改", "points": 1, "valid": {"kind": "until_fixed", "plusDays": 30}, "cap": 6, "source": "auto", "basis": "O"},
    {"code": "H06", "dimension": "D2", "zh": "一般问题超期未改", "points": 2, "valid": {"kind": "until_fixed", "plusDays": 30}, "cap": 10, "source": "auto", "basis": "O"},
    {"code": "H07", "dimension": "D2", "zh": "重大问题未按时控制或超期未改", "points": 8, "valid": {"kind": "until_fixed", "plusDays": 90}, "cap": 16, "source": "auto", "basis": "O"},
    {"code": "H08", "dimension": "D2", "zh": "同一问题 30 天内反复 3 次", "points": 3, "valid": {"kind": "days", "days": 30}, "cap": 9, "source": "auto", "derived": {"kind": "repeated", "from": "recurrence", "atLeast": 3, "withinDays": 30}, "basis": "O"},
    {"code": "H09", "dimension": "D2", "zh": "整改核验未通过", "points": 2, "valid": {"kind": "days", "days": 60}, "cap": 6, "source": "officer", "basis": "O"},
    {"code": "H10", "dimension": "D3", "zh": "生产与治理不同步，经核实（按天）", "points": 3, "valid": {"kind": "days", "days": 60}, "cap": 12, "source": "auto+confirm", "basis": "O"},
    {"code": "H11", "dimension": "D3", "zh": "日均值超标，经核实", "points": 5, "valid": {"kind": "days", "days": 180}, "cap": 15, "source": "auto+confirm", "basis": "O"},
    {"code": "H12", "dimension": "D3", "zh": "在线数据有效率不足 90%，未说明", "points": 1, "valid": {"kind": "days", "days": 30}, "cap": 5, "source": "auto", "basis": "O"},
    {"code": "H13", "dimension": "D3", "zh": "燃烧温度或活性炭不达标（按天）", "points": 2, "valid": {"kind": "days", "days": 60}, "cap": 8, "source": "auto", "basis": "O"},
    {"code": "H14", "dimension": "D3", "zh": "物料平衡异常 7 天未说明", "points": 2, "valid": {"kind": "days", "days": 60}, "cap": 6, "source": "auto", "basis": "O"},
    {"code": "H15", "dimension": "D4", "zh": "应急池占用超过三分之一逾 48 小时", "points": 4, "valid": {"kind": "days", "days": 60}, "cap": 8, "source": "auto", "basis": "O"},
    {"code": "H16", "dimension": "D4", "zh": "阀门未经审批开启，未按时改正", "points": 4, "valid": {"kind": "days", "days": 60}, "cap": 8, "source": "auto", "basis": "O"},
    {"code": "H17", "dimension": "D4", "zh": "危险废物贮存超过 365 天", "points": 8, "valid": {"kind": "until_fixed", "plusDays": 90}, "cap": 8, "source": "auto", "basis": "O"},
    {"code": "H18", "dimension": "D4", "zh": "转移联单超期未确认", "points": 3, "valid": {"kind": "days", "days": 90}, "cap": 6, "source": "auto", "basis": "O"},
    {"code": "H19", "dimension": "D4", "zh": "应急预案超过 3 年未修订", "points": 3, "valid": {"kind": "until_fixed", "plusDays": 0}, "cap": 3, "source": "auto", "basis": "O"},
    {"code": "H20", "dimension": "D5", "zh": "警告或责令改正", "points": 5, "valid": {"kind": "days", "days": 90}, "cap": 15, "source": "officer", "basis": "O"},
    {"code": "H21", "dimension": "D5", "zh": "罚款 5 万元及以下", "points": 8, "valid": {"kind": "days", "days": 180}, "cap": 24, "source": "officer", "basis": "O"},
    {"code": "H22", "dimension": "D5", "zh": "罚款 5 万元以上", "points": 15, "valid": {"kind": "days", "days": 365}, "cap": 45, "source": "officer", "basis": "O"},
    {"code": "H23", "dimension": "D5", "zh": "查封、限产或停产", "points": 45, "valid": {"kind": "days", "days": 365}, "cap": 60, "source": "officer", "basis": "O"},
    {"code": "H24", "dimension": "D6", "zh": "信访投诉查实", "points": 3, "valid": {"kind": "days", "days": 90}, "cap": 12, "source": "officer", "basis": "O"},
    {"code": "H25", "dimension": "D6", "zh": "同一事项 90 天内 3 次信访查实", "points": 6, "valid": {"kind": "days", "days": 90}, "cap": 6, "source": "auto", "derived": {"kind": "repeated", "from": "H24", "atLeast": 3, "withinDays": 90}, "basis": "O"},
    {"code": "H26", "dimension": "D7", "zh": "信用等级 C、D、E", "points": {"C": 3, "D": 6, "E": 10}, "valid": {"kind": "while_valid"}, "cap": 10, "source": "import", "basis": "O"}
  ],
  "bonuses": {"cap": 5, "rules": [{"kind": "clean", "code": "B01", "zh": "90 天无漏检", "points": 2, "cap": 2, "of": "H01", "days": 90, "basis": "O"}, {"kind": "fact", "code": "B02", "zh": "重大问题自查自报并按时改正", "points": 1, "cap": 2, "days": 180, "basis": "O"}, {"kind": "fact", "code": "B03", "zh": "自愿提标改造通过验收", "points": 1, "cap": 1, "days": 365, "basis": "O"}], "basis": "O"},
  "vetoes": {"days": 365, "colour": "red", "kinds": [{"code": "data_falsification", "zh": "数据造假", "basis": "O"}, {"code": "hidden_pipe", "zh": "暗管排放", "basis": "O"}, {"code": "detention", "zh": "行政拘留", "basis": "O"}, {"code": "environmental_crime", "zh": "环境犯罪", "basis": "O"}, {"code": "major_accident", "zh": "重大环境事故", "basis": "O"}], "basis": "O"},
  "bands": [{"colour": "green", "from": 80, "to": 100, "basis": "O"}, {"colour": "yellow", "from": 60, "to": 80, "basis": "O"}, {"colour": "red", "from": 0, "to": 60, "basis": "O"}],
  "bestBarredBy": [{"code": "H07", "basis": "O"}],
  "dwell": {"upDays": 7, "checkToLeave": ["red"], "basis": "O"},
  "restoration": {"dimensions": ["D5"], "factor": 0.5, "basis": "O"}
}', '2025-01-01 00:00:00', '2025-01-01 00:00:00');

-- The same facts in Deqing's later five colours: to be tried, not in force.
INSERT IGNORE INTO health_rule_set (version, name, note, state, body, created_at)
SELECT 2, '德清五色方案', '德清 2021 年起的五种颜色；分段由我们设定，供试算。', 'draft',
  JSON_SET(body, '$.bands', JSON_EXTRACT('[{"colour": "green", "from": 90, "to": 100, "basis": "O"}, {"colour": "blue", "from": 75, "to": 90, "basis": "O"}, {"colour": "yellow", "from": 60, "to": 75, "basis": "O"}, {"colour": "red", "from": 40, "to": 60, "basis": "O"}, {"colour": "black", "from": 0, "to": 40, "basis": "O"}]', '$'), '$.dwell.checkToLeave', JSON_EXTRACT('["red", "black"]', '$')),
  '2026-01-01 00:00:00'
FROM health_rule_set WHERE version = 1;
