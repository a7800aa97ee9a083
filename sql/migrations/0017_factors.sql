-- Why an enterprise is inspected more often, or less: the factors of several sources, multiplied into
-- enterprise.risk_factor.
CREATE TABLE IF NOT EXISTS enterprise_factor (
  enterprise_id BIGINT NOT NULL,
  -- 'code' (colour of the health code), 'major' (after a major finding), 'supervision' (key supervision)
  source VARCHAR(16) NOT NULL,
  factor DECIMAL(3, 2) NOT NULL CHECK (factor BETWEEN 0.10 AND 2.00),
  -- the last day on which it counts; null until it is taken back
  until DATE NULL,
  -- as the officer reads it in his list
  because VARCHAR(200) NOT NULL,
  since DATETIME(3) NOT NULL,
  PRIMARY KEY (enterprise_id, source),
  KEY enterprise_factor_until (until, enterprise_id),
  CONSTRAINT enterprise_factor_of FOREIGN KEY (enterprise_id) REFERENCES enterprise (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
