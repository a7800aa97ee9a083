-- Where an enterprise stands today: its health code, the positive list, its credit grade. Many features read these rows;
-- only the features health code and credit write them.

CREATE TABLE IF NOT EXISTS health_code (
  enterprise_id BIGINT NOT NULL PRIMARY KEY,
  -- the rule set that was in force when it was evaluated
  rule_set_version INT NOT NULL,
  score DECIMAL(5, 2) NOT NULL CHECK (score BETWEEN 0 AND 100),
  colour VARCHAR(8) NOT NULL CHECK (colour IN ('green', 'blue', 'yellow', 'red', 'black')),
  colour_since DATETIME(3) NOT NULL,
  evaluated_at DATETIME(3) NOT NULL,
  -- the nightly run renews it; an answer older than this is not to be relied on
  valid_until DATETIME(3) NOT NULL,
  -- raised whenever score or colour change: names one state of the code for good
  version INT NOT NULL DEFAULT 1,
  KEY health_code_colour (colour, enterprise_id),
  KEY health_code_valid (valid_until),
  CONSTRAINT health_code_of FOREIGN KEY (enterprise_id) REFERENCES enterprise (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- One row a stay. Enterprises on it are left undisturbed.
CREATE TABLE IF NOT EXISTS positive_list (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  enterprise_id BIGINT NOT NULL,
  -- the enterprise while it is on the list: at most one open stay
  open_key BIGINT NULL UNIQUE,
  since DATETIME(3) NOT NULL,
  until DATETIME(3) NULL,
  entered_because VARCHAR(200) NOT NULL,
  left_because VARCHAR(200) NULL,
  KEY positive_list_of (enterprise_id, since),
  CONSTRAINT positive_list_enterprise FOREIGN KEY (enterprise_id) REFERENCES enterprise (id),
  CONSTRAINT positive_list_open CHECK ((until IS NULL) = (open_key IS NOT NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The published grade of a period: ours, or the province's once it is imported, which then counts.
CREATE TABLE IF NOT EXISTS credit_grade (
  enterprise_id BIGINT NOT NULL,
  -- half-year, e.g. '2026H1'
  period CHAR(6) NOT NULL,
  source VARCHAR(8) NOT NULL CHECK (source IN ('ours', 'province')),
  grade CHAR(1) NOT NULL CHECK (grade IN ('A', 'B', 'C', 'D', 'E')),
  published_at DATETIME(3) NOT NULL,
  valid_until DATETIME(3) NOT NULL,
  PRIMARY KEY (enterprise_id, period, source),
  KEY credit_grade_valid (valid_until, enterprise_id),
  CONSTRAINT credit_grade_of FOREIGN KEY (enterprise_id) REFERENCES enterprise (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
