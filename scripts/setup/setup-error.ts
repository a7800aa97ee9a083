/** Something a person has to put right; printed as one line, exit code 1. */
export class SetupError extends Error {}
