import type { z } from 'zod';
import type { BusinessDate } from '../../core/clock';
import { ownerOf } from './record.rules';
import type { incidentRow, penaltyRow, petitionRow } from './record.schema';
import type { Incident, Penalty, Petition } from './record.store';

function common(row: Petition | Penalty | Incident) {
  return {
    id: String(row.id),
    enterprise: { id: String(row.enterprise_id), name: row.enterprise_name, region: row.region_code },
    documentNo: row.document_no,
    content: row.content,
    state: row.state,
    enteredAt: row.entered_at.toISOString(),
  };
}

/** `official`: for an official; the enterprise reads neither what they noted nor whose turn it is. */
export function presentPetition(row: Petition, today: BusinessDate, official: boolean): z.input<typeof petitionRow> {
  return {
    ...common(row),
    // Under its number the register knows who complained.
    documentNo: official ? row.document_no : null,
    receivedOn: row.received_on,
    source: row.source,
    issue: row.issue,
    answerBy: row.answer_by,
    overdue: row.state === 'received' && row.answer_by < today,
    owner: official ? ownerOf(row.state) : null,
    result: official ? row.result : null,
  };
}

export function presentPenalty(row: Penalty): z.input<typeof penaltyRow> {
  return {
    ...common(row),
    decidedOn: row.decided_on,
    authority: row.authority,
    kind: row.kind,
    amount: row.amount,
    veto: row.veto,
  };
}

export function presentIncident(row: Incident, today: BusinessDate, official: boolean): z.input<typeof incidentRow> {
  return {
    ...common(row),
    happenedAt: row.happened_at.toISOString(),
    source: row.source,
    kind: row.kind,
    level: row.level,
    dueOn: row.due_on,
    overdue: (row.state === 'reported' || row.state === 'confirmed') && row.due_on < today,
    owner: official ? ownerOf(row.state) : null,
  };
}
