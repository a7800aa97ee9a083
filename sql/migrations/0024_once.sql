-- What was answered to a sending that carries a client uuid: the same sending again gets the same answer, another one
-- under its uuid is refused. The answer is sealed with a key that the database does not have. Erased after 30 days.
CREATE TABLE IF NOT EXISTS once_answer (
  client_uuid CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  -- 'person:12' or 'partner:3'
  caller VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  route VARCHAR(190) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  content_sha256 CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  answer MEDIUMBLOB NULL,
  at DATETIME(3) NOT NULL,
  KEY once_answer_at (at)
);
