-- Lists are read in the order of an index: bff/src/core/first-rows.ts. One statement a file, so that it is done whole or not.
ALTER TABLE finding
  ADD KEY finding_extension (extension, due_at);
