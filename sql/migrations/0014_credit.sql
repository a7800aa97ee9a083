-- Environmental credit evaluation (环境信用评价): half-yearly grades under a versioned scheme, and what hangs on them.

-- A draft is tried and published; a published one is never changed again.
CREATE TABLE IF NOT EXISTS credit_scheme (
  version INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NULL UNIQUE,
  name VARCHAR(60) NOT NULL,
  state VARCHAR(10) NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'published')),
  -- components with weights, bands; see bff/src/features/credit/scheme.schema.ts
  body JSON NOT NULL,
  created_by BIGINT NULL,
  created_at DATETIME(3) NOT NULL,
  published_by BIGINT NULL,
  published_at DATETIME(3) NULL,
  reason VARCHAR(500) NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- One evaluation of a half-year.
CREATE TABLE IF NOT EXISTS credit_round (
  period CHAR(6) NOT NULL PRIMARY KEY,
  client_uuid CHAR(36) NULL UNIQUE,
  scheme_version INT NOT NULL,
  state VARCHAR(12) NOT NULL DEFAULT 'computing' CHECK (state IN ('computing', 'preliminary', 'final', 'published')),
  -- the last enterprise that has its result, while computing
  computed_to BIGINT NOT NULL DEFAULT 0,
  -- the last day on which an enterprise may object; known once the list is preliminary
  objections_until DATE NULL,
  started_by BIGINT NULL,
  started_at DATETIME(3) NOT NULL,
  preliminary_at DATETIME(3) NULL,
  final_by BIGINT NULL,
  final_at DATETIME(3) NULL,
  published_by BIGINT NULL,
  published_at DATETIME(3) NULL,
  KEY credit_round_state (state),
  CONSTRAINT credit_round_scheme FOREIGN KEY (scheme_version) REFERENCES credit_scheme (version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS credit_result (
  period CHAR(6) NOT NULL,
  enterprise_id BIGINT NOT NULL,
  -- [{code, value, points, weight}]: what was measured and what it gives, 0..100 each
  components JSON NOT NULL,
  -- weighted sum of the components, and that with all confirmed adjustments, both 0..100
  computed DECIMAL(5, 2) NOT NULL,
  score DECIMAL(5, 2) NOT NULL,
  grade CHAR(1) NOT NULL CHECK (grade IN ('A', 'B', 'C', 'D', 'E')),
  PRIMARY KEY (period, enterprise_id),
  KEY credit_result_order (period, score, enterprise_id),
  KEY credit_result_of (enterprise_id, period),
  CONSTRAINT credit_result_round FOREIGN KEY (period) REFERENCES credit_round (period),
  CONSTRAINT credit_result_enterprise FOREIGN KEY (enterprise_id) REFERENCES enterprise (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What the enterprise has against its preliminary result. At most one for a period.
CREATE TABLE IF NOT EXISTS credit_objection (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NOT NULL UNIQUE,
  period CHAR(6) NOT NULL,
  enterprise_id BIGINT NOT NULL,
  reason VARCHAR(500) NOT NULL,
  filed_by BIGINT NOT NULL,
  filed_at DATETIME(3) NOT NULL,
  decide_by DATE NOT NULL,
  state VARCHAR(8) NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'upheld', 'refused')),
  decided_by BIGINT NULL,
  decided_at DATETIME(3) NULL,
  note VARCHAR(500) NULL,
  UNIQUE KEY credit_objection_once (period, enterprise_id),
  KEY credit_objection_state (state, decide_by),
  CONSTRAINT credit_objection_result FOREIGN KEY (period, enterprise_id) REFERENCES credit_result (period, enterprise_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Points given or taken by hand: one person proposes, another decides.
CREATE TABLE IF NOT EXISTS credit_adjustment (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NOT NULL UNIQUE,
  period CHAR(6) NOT NULL,
  enterprise_id BIGINT NOT NULL,
  objection_id BIGINT NULL,
  points DECIMAL(4, 1) NOT NULL CHECK (points BETWEEN -20 AND 20 AND points <> 0),
  reason VARCHAR(500) NOT NULL,
  proposed_by BIGINT NOT NULL,
  proposed_at DATETIME(3) NOT NULL,
  state VARCHAR(10) NOT NULL DEFAULT 'proposed' CHECK (state IN ('proposed', 'confirmed', 'refused')),
  decided_by BIGINT NULL,
  decided_at DATETIME(3) NULL,
  note VARCHAR(500) NULL,
  KEY credit_adjustment_of (period, enterprise_id, state),
  KEY credit_adjustment_state (state, id),
  CONSTRAINT credit_adjustment_result FOREIGN KEY (period, enterprise_id) REFERENCES credit_result (period, enterprise_id),
  CONSTRAINT credit_adjustment_by_two CHECK (decided_by IS NULL OR decided_by <> proposed_by)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Benefits and constraints that hang on grade and colour, per agency. A change is a new version.
CREATE TABLE IF NOT EXISTS credit_benefit (
  code VARCHAR(24) NOT NULL,
  version INT NOT NULL,
  client_uuid CHAR(36) NULL UNIQUE,
  agency VARCHAR(12) NOT NULL CHECK (agency IN ('loan', 'tax', 'power', 'awards')),
  kind VARCHAR(10) NOT NULL CHECK (kind IN ('benefit', 'constraint')),
  zh VARCHAR(60) NOT NULL,
  -- {match: all|any, grades?, colours?, positive?}
  conditions JSON NOT NULL,
  reason VARCHAR(500) NOT NULL,
  created_by BIGINT NULL,
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (code, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Ours, modelled on published schemes, until the annex of the provincial rules of December 2025 is at hand.
INSERT INTO credit_scheme (version, name, state, body, created_at, published_at, reason)
SELECT 1, '试行方案', 'published',
  '{"basis": "ours", "components": [{"code": "score", "weight": 0.6}, {"code": "colour", "weight": 0.15}, {"code": "completion", "weight": 0.15}, {"code": "overdue", "weight": 0.1}], "colourPoints": {"green": 100, "blue": 85, "yellow": 70, "red": 30, "black": 0}, "overdueCosts": 10, "atLeastDays": 30, "bands": [["A", 90], ["B", 80], ["C", 60], ["D", 40], ["E", 0]]}',
  '2025-01-01 00:00:00', '2025-01-01 00:00:00', '省级评分附录公布之前试行。'
WHERE NOT EXISTS (SELECT 1 FROM credit_scheme);

INSERT IGNORE INTO credit_benefit (code, version, agency, kind, zh, conditions, reason, created_at) VALUES
  ('green_loan', 1, 'loan', 'benefit', '绿色信贷优先', '{"match": "all", "grades": ["A", "B"], "colours": ["green", "blue"]}', '试行', '2025-01-01 00:00:00'),
  ('loan_caution', 1, 'loan', 'constraint', '审慎授信', '{"match": "any", "grades": ["D", "E"], "colours": ["red", "black"]}', '试行', '2025-01-01 00:00:00'),
  ('tax_rebate', 1, 'tax', 'benefit', '环保退税优惠', '{"match": "all", "grades": ["A", "B", "C"], "colours": ["green", "blue", "yellow"]}', '试行', '2025-01-01 00:00:00'),
  ('electricity_subsidy', 1, 'power', 'benefit', '电价补贴', '{"match": "all", "grades": ["A", "B"], "colours": ["green", "blue"]}', '试行', '2025-01-01 00:00:00'),
  ('electricity_surcharge', 1, 'power', 'constraint', '差别电价', '{"match": "any", "grades": ["E"], "colours": ["red", "black"]}', '试行', '2025-01-01 00:00:00'),
  ('awards', 1, 'awards', 'benefit', '评优推荐', '{"match": "all", "grades": ["A"], "colours": ["green"], "positive": true}', '试行', '2025-01-01 00:00:00');
