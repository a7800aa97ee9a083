-- Lists are read in the order of an index: bff/src/core/first-rows.ts. One statement a file, so that it is done whole or not.
ALTER TABLE notification
  ADD KEY notification_of (person_id, id),
  ADD KEY notification_unread (person_id, read_at);
