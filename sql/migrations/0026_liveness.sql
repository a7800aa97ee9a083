-- What is to be evaluated is written down by adding a row, never by changing one: whoever marks an enterprise does not wait
-- for an evaluation that has it in hand.
CREATE TABLE IF NOT EXISTS health_mark (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  enterprise_id BIGINT NOT NULL,
  since DATETIME(3) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What was marked before is marked again by marking all.
INSERT INTO health_mark (enterprise_id, since) SELECT id, UTC_TIMESTAMP(3) FROM enterprise;

DROP TABLE IF EXISTS health_dirty;

-- Every instance by its name, which it keeps over a restart. Written to by whoever asks it whether it is ready: a database
-- that takes no writes shows here.
CREATE TABLE IF NOT EXISTS instance (
  name VARCHAR(200) NOT NULL PRIMARY KEY,
  run_id VARCHAR(40) NOT NULL,
  started_at DATETIME(3) NOT NULL,
  seen_at DATETIME(3) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
