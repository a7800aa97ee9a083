-- The officials' chat: messages through the outbox, a todo for each warning, the platform's callbacks.

-- MariaDB keeps the check with its column, MySQL under a name of the table. 'workchat': whichever the configuration names.
ALTER TABLE notification
  /*M! MODIFY channel VARCHAR(8) NOT NULL CHECK (channel IN ('wechat', 'inapp', 'workchat')) */
  /*!80016 DROP CHECK notification_chk_1, ADD CONSTRAINT notification_channel CHECK (channel IN ('wechat', 'inapp', 'workchat')) */;

-- What the chat has said of a message so far.
CREATE TABLE IF NOT EXISTS work_message (
  notification_id BIGINT NOT NULL PRIMARY KEY,
  -- accepted under this number, and not yet told what became of it
  task_id VARCHAR(60) NULL,
  accepted_at DATETIME(3) NULL,
  -- which attempt was accepted; after the first, an earlier one may have arrived without our knowing
  accepted_try INT NOT NULL DEFAULT 0,
  -- how often it was sent anew with another text
  resends INT NOT NULL DEFAULT 0,
  KEY work_message_accepted (accepted_at),
  CONSTRAINT work_message_of FOREIGN KEY (notification_id) REFERENCES notification (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- A warning as a todo of the officials whose turn it is. What it has to say is read from the warning when it is told.
CREATE TABLE IF NOT EXISTS work_todo (
  warning_id BIGINT NOT NULL PRIMARY KEY,
  -- raised by each step that the todo has to follow
  wanted INT NOT NULL DEFAULT 1,
  state VARCHAR(8) NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'told', 'dead')),
  -- in whose name it stands; kept before the first call, so that a repeat finds the same todo
  owner_union VARCHAR(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  task_id VARCHAR(80) NULL,
  attempts INT NOT NULL DEFAULT 0,
  next_attempt_at DATETIME(3) NOT NULL,
  lease_owner VARCHAR(60) NULL,
  lease_until DATETIME(3) NULL,
  platform_message VARCHAR(300) NULL,
  KEY work_todo_queue (state, next_attempt_at),
  KEY work_todo_lease (lease_owner),
  CONSTRAINT work_todo_of FOREIGN KEY (warning_id) REFERENCES warning (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Callbacks that were taken, for as long as their time stamp would still be believed.
CREATE TABLE IF NOT EXISTS work_callback (
  signature CHAR(40) NOT NULL PRIMARY KEY,
  at DATETIME(3) NOT NULL,
  KEY work_callback_at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
