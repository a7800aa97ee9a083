-- Lists are read in the order of an index: bff/src/core/first-rows.ts. One statement a file, so that it is done whole or not.
-- What is closed is out of the way of what is not; a township's own are in warning_place.
ALTER TABLE warning
  DROP KEY warning_urgency,
  ADD KEY warning_by_state (state, level, ack_by),
  ADD KEY warning_closed (closed_at),
  ADD KEY warning_place (region_code, state, level, ack_by);
