-- A password that others gave is for one sign-in: it has to be changed then. Who gave it stays known: for some days they
-- cannot take the holder's session for a second person.
ALTER TABLE web_login
  ADD COLUMN /*M! IF NOT EXISTS */ must_change BOOLEAN NOT NULL DEFAULT FALSE,
  ADD COLUMN /*M! IF NOT EXISTS */ issued_at DATETIME(3) NULL,
  -- both NULL where the house itself was set up with it
  ADD COLUMN /*M! IF NOT EXISTS */ issued_by BIGINT NULL,
  ADD COLUMN /*M! IF NOT EXISTS */ asked_by BIGINT NULL;

-- A password for an official that one has asked for, until another one issues it.
CREATE TABLE IF NOT EXISTS password_request (
  person_id BIGINT NOT NULL PRIMARY KEY,
  asked_by BIGINT NOT NULL,
  asked_at DATETIME(3) NOT NULL,
  CONSTRAINT password_request_person FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
