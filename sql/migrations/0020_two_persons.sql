-- Where two must decide, one person must not become both: who entered an official, who let him in by a code.
ALTER TABLE person
  ADD COLUMN /*M! IF NOT EXISTS */ entered_by BIGINT NULL,
  -- of officials: the second who said that this is one; until then he may not come in
  ADD COLUMN /*M! IF NOT EXISTS */ confirmed_by BIGINT NULL;

-- A code for an official that one has asked for, until another one issues it.
CREATE TABLE IF NOT EXISTS binding_request (
  person_id BIGINT NOT NULL PRIMARY KEY,
  asked_by BIGINT NOT NULL,
  asked_at DATETIME(3) NOT NULL,
  CONSTRAINT binding_request_person FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

ALTER TABLE binding_code
  ADD COLUMN /*M! IF NOT EXISTS */ asked_by BIGINT NULL;

-- Guesses by the address they come from: a stranger's use up his own.
CREATE TABLE IF NOT EXISTS sign_in_guess (
  -- 'login:<person>' or 'code:<binding code>'
  target VARCHAR(40) NOT NULL,
  address VARCHAR(45) NOT NULL,
  guesses INT NOT NULL,
  until DATETIME(3) NOT NULL,
  PRIMARY KEY (target, address),
  KEY sign_in_guess_until (until)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Web sessions that were ended before their time, until then.
CREATE TABLE IF NOT EXISTS ended_session (
  sid CHAR(36) NOT NULL PRIMARY KEY,
  until DATETIME(3) NOT NULL,
  KEY ended_session_until (until)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Names are compared as they are written: é is not e.
ALTER TABLE web_login
  MODIFY username VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL;
