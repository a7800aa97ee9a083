import type { z } from 'zod';
import type { codeAnswer, dayRows } from '../../../bff/src/features/healthcode/code.schema';
import type { disputeRows, repairRows } from '../../../bff/src/features/healthcode/case.schema';
import type { agencyRows, queryRows } from '../../../bff/src/features/partner/consent.schema';
import type { tokenAnswer } from '../../../bff/src/features/partner/public-code.schema';
import type { enterpriseCredit } from '../../../bff/src/features/credit/credit.schema';
import type { newVisit, recordBody, visitAnswer, visitRows } from '../../../bff/src/features/assistance/visit.schema';
import type { item as checklistItem, answer } from '../../../bff/src/features/checklists/checklist.schema';
import type { dayList, monthList, weekList } from '../../../bff/src/features/dispatch/task.schema';
import type { meAnswer, sessionAnswer, signedInAnswer } from '../../../bff/src/features/identity/identity.schema';
import type { packAnswer } from '../../../bff/src/features/inspection/pack.schema';
import type {
  newReport,
  receipt,
  reportAnswer,
  scanAnswer,
  ticketsAnswer,
} from '../../../bff/src/features/inspection/report.schema';
import type { findingAnswer, findingRows } from '../../../bff/src/features/findings/finding.schema';
import type {
  enterpriseAnswer,
  leaveAnswer,
  leaveRows,
  suspensionAnswer,
  suspensionRows,
} from '../../../bff/src/features/directory/directory.schema';
import type { cardAnswer, priorityRows, statisticsAnswer } from '../../../bff/src/features/township/township.schema';
import type { caseAnswer, caseRows, factRows } from '../../../bff/src/features/supervision/case.schema';
import type { stayAnswer, stayRows } from '../../../bff/src/features/supervision/stay.schema';
import type { warningAnswer, warningRows } from '../../../bff/src/features/warnings/warning.schema';
import type { consentsAnswer, noticeRows } from '../../../bff/src/features/notifications/notification.schema';

/** What goes over the wire, as the bff's own schemas have it. Types only: no code of the bff gets into the app. */
export type Item = z.infer<typeof checklistItem>;
export type Answer = z.infer<typeof answer>;
export type DayList = z.infer<typeof dayList>;
export type TaskRow = DayList['tasks'][number];
export type WeekList = z.infer<typeof weekList>;
export type MonthList = z.infer<typeof monthList>;
export type Me = z.infer<typeof meAnswer>;
export type SessionAnswer = z.infer<typeof sessionAnswer>;
export type SignedIn = z.infer<typeof signedInAnswer>;
export type Pack = z.infer<typeof packAnswer>;
export type PackPoint = Pack['points'][number];
export type NewReport = z.infer<typeof newReport>;
export type Receipt = z.infer<typeof receipt>;
export type Report = z.infer<typeof reportAnswer>;
export type ScanAnswer = z.infer<typeof scanAnswer>;
export type Tickets = z.infer<typeof ticketsAnswer>;
type FindingRows = z.infer<typeof findingRows>;
export type FindingRow = FindingRows['rows'][number];
export type FindingStory = z.infer<typeof findingAnswer>;
export type WarningRows = z.infer<typeof warningRows>;
export type WarningRow = WarningRows['rows'][number];
export type WarningStory = z.infer<typeof warningAnswer>;
export type Enterprise = z.infer<typeof enterpriseAnswer>;
export type Leave = z.infer<typeof leaveAnswer>;
export type Leaves = z.infer<typeof leaveRows>;
export type Suspension = z.infer<typeof suspensionAnswer>;
export type Suspensions = z.infer<typeof suspensionRows>;
export type Consents = z.infer<typeof consentsAnswer>;
export type Notices = z.infer<typeof noticeRows>;

/** A photo of a correction: how it looked before, or looks now. */
export interface StepPhoto {
  sha256: string;
  when: 'before' | 'after';
}
export type Priorities = z.infer<typeof priorityRows>;
export type PriorityRow = Priorities['rows'][number];
export type EnterpriseCard = z.infer<typeof cardAnswer>;
export type Statistics = z.infer<typeof statisticsAnswer>;
export type VisitRows = z.infer<typeof visitRows>;
export type VisitRow = VisitRows['rows'][number];
export type VisitStory = z.infer<typeof visitAnswer>;
export type NewVisit = z.infer<typeof newVisit>;
export type VisitRecord = Omit<z.infer<typeof recordBody>, 'clientUuid'>;
export type HealthCode = z.infer<typeof codeAnswer>;
export type Deduction = HealthCode['deductions'][number];
export type CodeToken = z.infer<typeof tokenAnswer>;
export type Disputes = z.infer<typeof disputeRows>;
export type Repairs = z.infer<typeof repairRows>;
export type CodeDays = z.infer<typeof dayRows>;
export type CodeQueries = z.infer<typeof queryRows>;
export type Agencies = z.infer<typeof agencyRows>;
export type AgencyRow = Agencies['rows'][number];
export type Credit = z.infer<typeof enterpriseCredit>;
export type StayRows = z.infer<typeof stayRows>;
export type StayRow = StayRows['rows'][number];
export type StayStory = z.infer<typeof stayAnswer>;
export type CaseRows = z.infer<typeof caseRows>;
export type CaseRow = CaseRows['rows'][number];
export type CaseStory = z.infer<typeof caseAnswer>;
export type FactRows = z.infer<typeof factRows>;
