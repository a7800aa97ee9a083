-- What a draft rule set would have made of the last weeks: one run, and what came of each enterprise in it.
CREATE TABLE IF NOT EXISTS what_if_run (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NOT NULL UNIQUE,
  -- the rule set that is tried, and the one in force that it is compared with
  draft_version INT NOT NULL,
  base_version INT NOT NULL,
  from_day DATE NOT NULL,
  to_day DATE NOT NULL,
  state VARCHAR(8) NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done')),
  -- the last enterprise that has its result, while running
  computed_to BIGINT NOT NULL DEFAULT 0,
  enterprises INT NOT NULL DEFAULT 0,
  -- who would cross a benefit's line; known when it is done
  benefits JSON NULL,
  started_by BIGINT NOT NULL,
  started_at DATETIME(3) NOT NULL,
  done_at DATETIME(3) NULL,
  KEY what_if_state (state),
  KEY what_if_draft (draft_version, state),
  CONSTRAINT what_if_draft FOREIGN KEY (draft_version) REFERENCES health_rule_set (version),
  CONSTRAINT what_if_base FOREIGN KEY (base_version) REFERENCES health_rule_set (version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS what_if_result (
  run_id BIGINT NOT NULL,
  enterprise_id BIGINT NOT NULL,
  base_score DECIMAL(5, 2) NOT NULL,
  base_colour VARCHAR(8) NOT NULL,
  draft_score DECIMAL(5, 2) NOT NULL,
  draft_colour VARCHAR(8) NOT NULL,
  -- days of the window on which the colours differ
  days_apart SMALLINT NOT NULL,
  -- {points: [[code, base, draft]], band, dwell}: why score or colour differ at the end
  because JSON NOT NULL,
  PRIMARY KEY (run_id, enterprise_id),
  KEY what_if_move (run_id, base_colour, draft_colour, enterprise_id),
  CONSTRAINT what_if_result_run FOREIGN KEY (run_id) REFERENCES what_if_run (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
