import type { EventHandler } from '../../core/events';
import { mark, markGraded, markImported, markMissed } from './code.store';

/** Whatever may change a score; what is about an enterprise as a whole marks it, and the loop evaluates it. */
const TYPES = [
  'enterprise.registered',
  'report.accepted',
  'finding.opened',
  'finding.joined',
  'finding.contained',
  'finding.submitted',
  'finding.extension_granted',
  'finding.rejected',
  'finding.closed',
  'petition.verified',
  'petition.voided',
  'penalty.entered',
  'penalty.voided',
  'incident.confirmed',
  'incident.closed',
  'incident.voided',
  'suspension.approved',
  'health-fact.entered',
  'health-fact.ended',
  'health-dispute.filed',
  'health-dispute.decided',
  'health-repair.verified',
  'health-site-check.passed',
] as const;

export function codeHandlers(): EventHandler[] {
  return [
    ...TYPES.map((type): EventHandler => ({
      type,
      handle: async (tx, { enterpriseId, at }) => {
        if (enterpriseId !== null && enterpriseId !== undefined) await mark(tx, enterpriseId, at);
      },
    })),
    // One event for all grades of a half-year.
    ...['credit-round.published', 'credit-grades.imported'].map((type): EventHandler => ({
      type,
      handle: (tx, { subject, at }) => markGraded(tx, String(subject.id), at),
    })),
    {
      // One event for a whole file.
      type: 'dossier.imported',
      handle: (tx, { payload, at }) => {
        const { kind, importId } = payload as { kind: 'petition' | 'penalty' | 'incident'; importId: number };
        return markImported(tx, kind, importId, at);
      },
    },
    {
      // One event for a whole range of tasks.
      type: 'tasks.missed',
      handle: async (tx, { payload, at }) => {
        const { from, to } = payload as { from: number; to: number };
        await markMissed(tx, from, to, new Date(at.getTime() - MISSED_WITHIN_MS), at);
      },
    },
  ];
}

/** The closing of a chunk and its event are one transaction, with the clock read twice. */
const MISSED_WITHIN_MS = 60_000;
