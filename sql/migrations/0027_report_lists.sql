-- Lists are read in the order of an index: bff/src/core/first-rows.ts. One statement a file, so that it is done whole or not.
ALTER TABLE report
  DROP KEY report_enterprise,
  ADD KEY report_enterprise (enterprise_id, believed_at),
  ADD KEY report_time (believed_at),
  ADD KEY report_doubted (trust_score, believed_at);
