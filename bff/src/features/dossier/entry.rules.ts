import { businessDate, type BusinessDate } from '../../core/clock';
import type { Problem } from '../../core/problem';
import { dossierProblems } from './dossier.problems';
import type {
  INCIDENT_KINDS,
  INCIDENT_SOURCES,
  ISSUES,
  LEVELS,
  PENALTY_KINDS,
  PETITION_SOURCES,
  VETOES,
} from './record.schema';

/** A record as it is entered, by hand or from a file. `kind` of a petition is what it is about. */
export type Entry =
  | {
      type: 'petition';
      documentNo: string | null;
      receivedOn: BusinessDate;
      source: (typeof PETITION_SOURCES)[number];
      kind: (typeof ISSUES)[number];
      content: string;
    }
  | {
      type: 'penalty';
      documentNo: string | null;
      decidedOn: BusinessDate;
      authority: string | null;
      kind: (typeof PENALTY_KINDS)[number];
      amount: number | null;
      veto: (typeof VETOES)[number] | null;
      content: string;
    }
  | {
      type: 'incident';
      documentNo: string | null;
      happenedAt: Date;
      source: (typeof INCIDENT_SOURCES)[number] | null;
      kind: (typeof INCIDENT_KINDS)[number];
      level: (typeof LEVELS)[number];
      content: string;
    };

/** Nothing here is older: an earlier date is a slip of the pen. */
const EARLIEST: BusinessDate = '2000-01-01';

function dateOf(entry: Entry): BusinessDate {
  switch (entry.type) {
    case 'petition':
      return entry.receivedOn;
    case 'penalty':
      return entry.decidedOn;
    case 'incident':
      return businessDate(entry.happenedAt);
  }
}

/**
 * A document number as it is kept, so that one document has one number however it was typed: without blanks, in narrow
 * capitals, the year in the brackets that documents use.
 */
export function documentNumber(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/\s/g, '')
    .toUpperCase()
    .replace(/[[(【〔〈<](\d{4})[\])】〕〉>]/g, '〔$1〕');
}

/** What is wrong with an entry beyond its single fields; undefined when nothing is. */
export function entryFault(entry: Entry, now: Date): Problem | undefined {
  if (dateOf(entry) < EARLIEST) return dossierProblems.TOO_EARLY();
  switch (entry.type) {
    case 'petition':
      return entry.receivedOn > businessDate(now) ? dossierProblems.IN_FUTURE() : undefined;
    case 'incident':
      return entry.happenedAt > now ? dossierProblems.IN_FUTURE() : undefined;
    case 'penalty':
      if (entry.decidedOn > businessDate(now)) return dossierProblems.IN_FUTURE();
      if ((entry.kind === 'fine') !== (entry.amount !== null)) return dossierProblems.AMOUNT();
      if (entry.kind === 'detention' && entry.veto !== 'detention') return dossierProblems.DETENTION();
      return undefined;
  }
}
