-- Partner agencies (loan, tax, power, awards) that ask for codes by API: their clients, what enterprises allow
-- them beyond colour and grade, who asked for what, and the messages that go out when a colour changes.

CREATE TABLE IF NOT EXISTS partner_client (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NULL UNIQUE,
  -- what the agency calls itself with: client_id of OAuth2
  client_key VARCHAR(40) NOT NULL UNIQUE,
  name VARCHAR(60) NOT NULL,
  agency VARCHAR(8) NOT NULL CHECK (agency IN ('loan', 'tax', 'power', 'awards')),
  -- enterprises outside it do not exist for this client
  region_prefix VARCHAR(12) NOT NULL,
  -- of code:read, grade:read, detail:read, benefit:read, webhook; separated by blanks
  scopes VARCHAR(80) NOT NULL,
  -- SHA-256 of a random secret of 256 bits, which is told once
  secret_hash CHAR(64) NOT NULL,
  -- raised by a new secret and by disabling: older tokens die within 60 s
  epoch INT NOT NULL DEFAULT 1,
  -- enterprises a day, calls a second
  daily_quota INT NOT NULL CHECK (daily_quota > 0),
  per_second INT NOT NULL CHECK (per_second > 0),
  active BOOLEAN NOT NULL DEFAULT TRUE,
  created_by BIGINT NULL,
  created_at DATETIME(3) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Enterprises that a client has asked for on a business date, all instances together.
CREATE TABLE IF NOT EXISTS partner_usage (
  client_id BIGINT NOT NULL,
  day DATE NOT NULL,
  asked BIGINT NOT NULL,
  PRIMARY KEY (client_id, day),
  CONSTRAINT usage_client FOREIGN KEY (client_id) REFERENCES partner_client (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What an enterprise lets one client see beyond colour and grade. Of several the latest counts.
CREATE TABLE IF NOT EXISTS partner_consent (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NULL UNIQUE,
  enterprise_id BIGINT NOT NULL,
  client_id BIGINT NOT NULL,
  -- of score, deductions, history; separated by blanks
  fields VARCHAR(60) NOT NULL,
  given_at DATETIME(3) NOT NULL,
  given_by BIGINT NULL,
  until_at DATETIME(3) NOT NULL,
  withdrawn_at DATETIME(3) NULL,
  withdrawn_by BIGINT NULL,
  KEY consent_pair (enterprise_id, client_id, id),
  CONSTRAINT consent_enterprise FOREIGN KEY (enterprise_id) REFERENCES enterprise (id),
  CONSTRAINT consent_partner FOREIGN KEY (client_id) REFERENCES partner_client (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- "Who looked at my code". Written in batches, many rows a second: without foreign keys, whose checks lock the parents.
CREATE TABLE IF NOT EXISTS partner_query (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_id BIGINT NOT NULL,
  enterprise_id BIGINT NOT NULL,
  at DATETIME(3) NOT NULL,
  -- what the answer told: colour, grade, score, deductions, history; separated by blanks
  fields VARCHAR(60) NOT NULL,
  KEY query_enterprise (enterprise_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Where a client wants to be told of changes. The secret is derived from the QR key `key_id`, and kept nowhere.
CREATE TABLE IF NOT EXISTS partner_webhook (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NOT NULL UNIQUE,
  client_id BIGINT NOT NULL,
  url VARCHAR(500) NOT NULL,
  key_id VARCHAR(40) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  removed_at DATETIME(3) NULL,
  KEY webhook_client (client_id, removed_at),
  CONSTRAINT webhook_of FOREIGN KEY (client_id) REFERENCES partner_client (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS partner_delivery (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  webhook_id BIGINT NOT NULL,
  event_id BIGINT NOT NULL,
  body TEXT NOT NULL,
  state VARCHAR(10) NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'dead', 'cancelled')),
  attempts INT NOT NULL DEFAULT 0,
  next_attempt_at DATETIME(3) NOT NULL,
  lease_owner VARCHAR(60) NULL,
  lease_until DATETIME(3) NULL,
  -- what the last attempt met: an HTTP status, or in a word what kept it from getting one
  outcome VARCHAR(60) NULL,
  created_at DATETIME(3) NOT NULL,
  sent_at DATETIME(3) NULL,
  UNIQUE KEY delivery_once (webhook_id, event_id),
  KEY delivery_queue (state, next_attempt_at),
  KEY delivery_lease (lease_owner),
  CONSTRAINT delivery_webhook FOREIGN KEY (webhook_id) REFERENCES partner_webhook (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
