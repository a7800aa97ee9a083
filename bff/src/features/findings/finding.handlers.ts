import { fromJson, type Tx } from '../../core/database';
import type { EventHandler, NewEvent, StoredEvent } from '../../core/events';
import type { Core } from '../../core/feature';
import type { ChecklistReader, Severity } from '../checklists';
import { containDueAt, dueAt, RANK, RECURRENCE_DAYS } from './finding.rules';
import { changeFinding, insertSteps, type NewStep } from './finding.store';
import {
  closedSince,
  hasOpen,
  insertFindings,
  joinFinding,
  openFindings,
  reportFacts,
  type NewFinding,
  type ReportFacts,
} from './opening.store';

const DAY_MS = 86_400_000;

/** An answer as the report stores it. */
interface Judged {
  code: string;
  state: 'normal' | 'abnormal' | 'na';
  severity?: Severity;
  reason?: string;
  note?: string;
}

/** Opens a finding for each abnormal answer of an accepted report, and closes minor ones whose item is normal again. */
export function findingHandlers(core: Core, reader: ChecklistReader): EventHandler[] {
  return [
    {
      type: 'report.accepted',
      handle: async (tx, event) => {
        if (await isNoNews(tx, event)) return;
        const facts = await reportFacts(tx, Number(event.subject.id));
        if (facts === undefined) return;
        const answers = fromJson<Judged[]>(facts.answers);
        const open = await openFindings(tx, facts.point_id);
        const abnormal = answers.filter((answer) => answer.state === 'abnormal');
        const known = new Map(open.map((finding) => [finding.item_code, finding]));
        const events: NewEvent[] = [];
        const steps: NewStep[] = [];

        const fresh = abnormal.filter(({ code }) => !known.has(code));
        const opened = await openNew(tx, reader, facts, fresh, event);
        for (const [code, id] of opened.ids) {
          const answer = fresh.find((each) => each.code === code);
          steps.push(stepOf(id, 'opened', event, answer, facts.id));
          events.push(eventOf('finding.opened', id, facts, answer, opened.recurring.has(code)));
        }
        for (const answer of abnormal) {
          const finding = known.get(answer.code);
          // The same report told twice does not count twice.
          if (finding === undefined || finding.last_report_id >= facts.id) continue;
          const severity = graver(finding.severity, answer.severity ?? 'minor');
          await joinFinding(tx, finding.id, {
            reportId: facts.id,
            severity,
            dueAt: dueAt(severity, severity === finding.severity ? finding.opened_at : facts.believed_at),
            containDueAt: severity === finding.severity ? null : containDueAt(severity, facts.believed_at),
          });
          steps.push(stepOf(finding.id, 'joined', event, answer, facts.id));
          events.push(eventOf('finding.joined', finding.id, facts, { ...answer, severity }, false));
        }
        for (const finding of open) {
          const now = answers.find((answer) => answer.code === finding.item_code);
          if (finding.severity !== 'minor' || now?.state !== 'normal' || finding.last_report_id >= facts.id) continue;
          await changeFinding(tx, finding.id, { state: 'closed', closed_at: event.at, open_key: null });
          steps.push(stepOf(finding.id, 'verified_by_report', event, undefined, facts.id));
          events.push(eventOf('finding.closed', finding.id, facts, { ...now, severity: 'minor' }, false));
        }
        await insertSteps(tx, steps);
        await core.events.append(tx, events);
      },
    },
  ];
}

/** Nearly every report: nothing is wrong, and nothing was; the event tells so without the report being read. */
async function isNoNews(tx: Tx, { payload }: StoredEvent): Promise<boolean> {
  const { pointId, abnormal } = payload as { pointId?: number; abnormal?: readonly unknown[] };
  return pointId !== undefined && abnormal?.length === 0 && !(await hasOpen(tx, pointId));
}

async function openNew(
  tx: Tx,
  reader: ChecklistReader,
  facts: ReportFacts,
  fresh: readonly Judged[],
  event: StoredEvent,
) {
  const checklist = fresh.length === 0 ? undefined : await reader.byId(tx, facts.checklist_id);
  const names = new Map(checklist?.items.map((item) => [item.code, item.zh]));
  const since = new Date(event.at.getTime() - RECURRENCE_DAYS * DAY_MS);
  const recurring = await closedSince(
    tx,
    facts.point_id,
    fresh.map(({ code }) => code),
    since,
  );
  const ids = await insertFindings(
    tx,
    fresh.map(({ code, severity = 'minor' }): NewFinding => ({
      facts,
      itemCode: code,
      itemZh: names.get(code) ?? code,
      severity,
      previousId: recurring.get(code) ?? null,
      // From when it was seen, not from when the phone had a signal.
      openedAt: facts.believed_at,
      dueAt: dueAt(severity, facts.believed_at),
      containDueAt: containDueAt(severity, facts.believed_at),
    })),
  );
  return { ids, recurring };
}

function graver(one: Severity, other: Severity): Severity {
  return RANK[other] > RANK[one] ? other : one;
}

function stepOf(
  findingId: number,
  kind: string,
  event: StoredEvent,
  answer: Judged | undefined,
  reportId: number,
): NewStep {
  return {
    findingId,
    clientUuid: null,
    kind,
    actorId: event.actorId,
    at: event.at,
    note: answer?.note ?? answer?.reason ?? '',
    evidence: { reportId },
  };
}

function eventOf(
  type: string,
  findingId: number,
  facts: ReportFacts,
  answer: Judged | undefined,
  recurrence: boolean,
): NewEvent {
  return {
    type,
    enterpriseId: facts.enterprise_id,
    subject: { type: 'finding', id: findingId },
    actorId: null,
    payload: {
      findingId,
      pointId: facts.point_id,
      itemCode: answer?.code ?? '',
      severity: answer?.severity ?? 'minor',
      reportId: facts.id,
      recurrence,
    },
  };
}
