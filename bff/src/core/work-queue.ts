/** A table that holds work to be done, and what of it is to be seen from outside. Conditions stand on an index. */
export interface WorkQueue {
  /** As it is called in /metrics. */
  name: string;
  table: string;
  /** What is still to be done. */
  waiting: string;
  /** What nobody will try again by itself. */
  givenUp?: string;
  /** Column with the instant since which a row has been there. */
  since?: string;
  /** It has the columns lease_owner and lease_until. */
  leased: boolean;
}
