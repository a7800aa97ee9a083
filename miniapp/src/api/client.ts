import { setClock } from './clock';
import { call, callPublic } from './http';
import type * as wire from './types';

const after = (cursor: string | undefined) => (cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`);

/** The server's largest page, and how many of them a phone reads at most. */
const PAGE = 200;
const MOST_PAGES = 5;

/** A whole list: what counts it must not count a page of it. Beyond a thousand rows `next` says that there is more. */
async function whole<T>(path: string): Promise<{ rows: T[]; next: string | null }> {
  const rows: T[] = [];
  let next: string | null | undefined;
  for (let pages = 0; pages < MOST_PAGES && next !== null; pages += 1) {
    const page: { rows: T[]; next: string | null } = await call('GET', `${path}&limit=${PAGE}${after(next)}`);
    rows.push(...page.rows);
    next = page.next;
  }
  return { rows, next: next ?? null };
}

/** Every route of the bff that the phone uses, by name. */
export const api = {
  me: () => call<wire.Me>('GET', '/api/me'),
  today: async (date?: string) => {
    const day = await call<wire.DayList>('GET', `/api/tasks/today${date === undefined ? '' : `?date=${date}`}`);
    setClock(day.at);
    return day;
  },
  week: () => call<wire.WeekList>('GET', '/api/tasks/week'),
  month: (month: string) => call<wire.MonthList>('GET', `/api/tasks/month?month=${month}`),
  pack: () => call<wire.Pack>('GET', '/api/inspections/pack'),
  scan: (token: string, position?: wire.NewReport['position']) =>
    call<wire.ScanAnswer>('POST', '/api/scan', { token, ...(position === undefined ? {} : { position }) }),
  scanExtra: (token: string) => call<wire.ScanAnswer>('POST', '/api/scan/extra', { token }),
  tickets: (enterpriseId: string, photos: readonly { sha256: string; bytes: number; contentType: string }[]) =>
    call<wire.Tickets>('POST', '/api/photos/tickets', { enterpriseId, photos }),
  photosAgain: (reportId: string) => call<unknown>('POST', '/api/photos/again', { reportId }),
  send: (report: wire.NewReport) => call<wire.Receipt>('POST', '/api/reports', report),
  report: (id: string) => call<wire.Report>('GET', `/api/reports/${id}`),
  receipt: (id: string) => call<wire.Receipt>('GET', `/api/reports/${id}/receipt`),
  findings: (state: wire.FindingRow['state']) => whole<wire.FindingRow>(`/api/findings?state=${state}`),
  warnings: () => whole<wire.WarningRow>('/api/warnings?'),
  closedWarnings: () => call<wire.WarningRows>('GET', '/api/warnings?state=closed'),
  priorities: async (q?: string) => {
    const answer = await call<wire.Priorities>(
      'GET',
      `/api/township/priorities${q === undefined ? '' : `?q=${encodeURIComponent(q)}`}`,
    );
    setClock(answer.at);
    return answer;
  },
  card: (enterpriseId: string) => call<wire.EnterpriseCard>('GET', `/api/enterprises/${enterpriseId}/card`),
  statistics: () => call<wire.Statistics>('GET', '/api/township/statistics'),
  warning: (id: string) => call<wire.WarningStory>('GET', `/api/warnings/${id}`),
  acknowledge: (id: string, body: { clientUuid: string }) =>
    call<wire.WarningStory>('POST', `/api/warnings/${id}/acknowledge`, body),
  snooze: (id: string, body: { clientUuid: string; until: string; reason: string }) =>
    call<wire.WarningStory>('POST', `/api/warnings/${id}/snooze`, body),
  closeWarning: (id: string, body: { clientUuid: string; outcome: string; note: string }) =>
    call<wire.WarningStory>('POST', `/api/warnings/${id}/close`, body),
  visits: () => call<wire.VisitRows>('GET', '/api/visits?limit=100'),
  visitsFor: (warningId: string) => call<wire.VisitRows>('GET', `/api/visits?warningId=${warningId}`),
  visit: (id: string) => call<wire.VisitStory>('GET', `/api/visits/${id}`),
  planVisit: (body: wire.NewVisit) => call<wire.VisitStory>('POST', '/api/visits', body),
  recordVisit: (id: string, body: { clientUuid: string } & wire.VisitRecord) =>
    call<wire.VisitStory>('POST', `/api/visits/${id}/record`, body),
  recordUnplanned: (body: Omit<wire.NewVisit, 'plannedOn'> & wire.VisitRecord) =>
    call<wire.VisitStory>('POST', '/api/visit-records', body),
  followUpVisit: (
    id: string,
    body: { clientUuid: string; note: string; agreed: readonly { done: boolean; note?: string }[] },
  ) => call<wire.VisitStory>('POST', `/api/visits/${id}/follow-up`, body),
  cancelVisit: (id: string, body: { clientUuid: string; reason: string }) =>
    call<wire.VisitStory>('POST', `/api/visits/${id}/cancel`, body),
  stays: (cursor?: string) => call<wire.StayRows>('GET', `/api/supervisions?limit=50${after(cursor)}`),
  stay: (id: string) => call<wire.StayStory>('GET', `/api/supervisions/${id}`),
  proposeStay: (body: { clientUuid: string; enterpriseId: string; reason: string }) =>
    call<wire.StayStory>('POST', '/api/supervisions', body),
  decideStay: (id: string, decision: 'confirm' | 'reject', body: { clientUuid: string; note: string }) =>
    call<wire.StayStory>('POST', `/api/supervisions/${id}/${decision}`, body),
  checkStay: (
    id: string,
    body: {
      clientUuid: string;
      passed: boolean;
      note: string;
      token: string;
      position?: wire.NewReport['position'];
    },
  ) => call<wire.StayStory>('POST', `/api/supervisions/${id}/check`, body),
  cases: (cursor?: string) => call<wire.CaseRows>('GET', `/api/cases?limit=50${after(cursor)}`),
  caseStory: (id: string) => call<wire.CaseStory>('GET', `/api/cases/${id}`),
  caseFacts: (id: string, cursor?: string) =>
    call<wire.FactRows>('GET', `/api/cases/${id}/facts?limit=20${after(cursor)}`),
  openCase: (body: {
    clientUuid: string;
    enterpriseId: string;
    title: string;
    supervisionId?: string;
    warningId?: string;
  }) => call<wire.CaseStory>('POST', '/api/cases', body),
  stepCase: (
    id: string,
    action: 'investigate' | 'transfer' | 'conclude' | 'withdraw',
    body: { clientUuid: string; note: string; documentNo?: string; result?: string },
  ) => call<wire.CaseStory>('POST', `/api/cases/${id}/${action}`, body),
  healthCode: async (enterpriseId: string) => {
    const answer = await call<wire.HealthCode>('GET', `/api/enterprises/${enterpriseId}/health-code`);
    setClock(answer.at);
    return answer;
  },
  codeToken: (enterpriseId: string) => call<wire.CodeToken>('GET', `/api/enterprises/${enterpriseId}/code-token`),
  codeDays: (enterpriseId: string, days: number) =>
    call<wire.CodeDays>('GET', `/api/enterprises/${enterpriseId}/health-code/days?days=${days}`),
  codeQueries: (enterpriseId: string, cursor?: string) =>
    call<wire.CodeQueries>(
      'GET',
      `/api/enterprises/${enterpriseId}/code-queries?limit=20${cursor === undefined ? '' : `&cursor=${cursor}`}`,
    ),
  agencies: (enterpriseId: string) => call<wire.Agencies>('GET', `/api/enterprises/${enterpriseId}/partner-consents`),
  giveConsent: (
    enterpriseId: string,
    body: { clientUuid: string; clientId: string; fields: readonly string[]; until: string },
  ) => call<wire.Agencies>('POST', `/api/enterprises/${enterpriseId}/partner-consents`, body),
  withdrawConsent: (id: string) => call<wire.Agencies>('POST', `/api/partner-consents/${id}/withdraw`, {}),
  disputes: (enterpriseId: string) =>
    call<wire.Disputes>('GET', `/api/health-disputes?enterpriseId=${enterpriseId}&limit=100`),
  dispute: (body: {
    clientUuid: string;
    enterpriseId: string;
    factKey: string;
    reason: string;
    photos: readonly string[];
  }) => call<wire.Disputes['rows'][number]>('POST', '/api/health-disputes', body),
  repairs: (enterpriseId: string) =>
    call<wire.Repairs>('GET', `/api/health-repairs?enterpriseId=${enterpriseId}&limit=100`),
  repair: (body: {
    clientUuid: string;
    enterpriseId: string;
    factKey: string;
    statement: string;
    photos: readonly string[];
  }) => call<wire.Repairs['rows'][number]>('POST', '/api/health-repairs', body),
  credit: (enterpriseId: string) => call<wire.Credit>('GET', `/api/enterprises/${enterpriseId}/credit`),
  objectToCredit: (body: { clientUuid: string; period: string; enterpriseId: string; reason: string }) =>
    call<unknown>('POST', '/api/credit/objections', body),
  extensionsAsked: () => whole<wire.FindingRow>('/api/findings?extension=asked'),
  finding: (id: string) => call<wire.FindingStory>('GET', `/api/findings/${id}`),
  contain: (id: string, body: { clientUuid: string; note: string; photos: readonly wire.StepPhoto[] }) =>
    call<wire.FindingStory>('POST', `/api/findings/${id}/contain`, body),
  correct: (
    id: string,
    body: { clientUuid: string; note: string; photos: readonly wire.StepPhoto[]; cost?: number; responsible?: string },
  ) => call<wire.FindingStory>('POST', `/api/findings/${id}/correct`, body),
  verify: (id: string, body: { clientUuid: string; passed: boolean; note: string; token?: string }) =>
    call<wire.FindingStory>('POST', `/api/findings/${id}/verify`, body),
  decideExtension: (id: string, body: { clientUuid: string; granted: boolean; note: string }) =>
    call<wire.FindingStory>('POST', `/api/findings/${id}/extension/decide`, body),
  askExtension: (id: string, body: { clientUuid: string; reason: string; to: string }) =>
    call<wire.FindingStory>('POST', `/api/findings/${id}/extension`, body),
  consents: () => call<wire.Consents>('GET', '/api/consents'),
  recordConsents: (clientUuid: string, results: Record<string, string>) =>
    call<wire.Consents>('POST', '/api/consents', { clientUuid, results }),
  notices: () => call<wire.Notices>('GET', '/api/notices'),
  readNotices: (upTo: string) => call<{ unread: number }>('POST', '/api/notices/read', { upTo }),
  enterprise: (id: string) => call<wire.Enterprise>('GET', `/api/enterprises/${id}`),
  leaves: () => call<wire.Leaves>('GET', '/api/leaves'),
  takeLeave: (leave: { clientUuid: string; deputyId: string; from: string; to: string }) =>
    call<wire.Leave>('POST', '/api/leaves', leave),
  endLeave: (id: string) => call<wire.Leave>('POST', `/api/leaves/${id}/cancel`, {}),
  suspensions: () => call<wire.Suspensions>('GET', '/api/suspensions'),
  suspend: (suspension: { clientUuid: string; enterpriseId: string; from: string; to: string; reason: string }) =>
    call<wire.Suspension>('POST', '/api/suspensions', suspension),
  withdrawSuspension: (id: string, note: string) =>
    call<wire.Suspension>('POST', `/api/suspensions/${id}/withdraw`, { note }),
  bindPhone: (bindingToken: string, phoneCode: string) =>
    callPublic<wire.SignedIn>('/api/session/wechat/bind', { bindingToken, phoneCode }),
  bindCode: (path: 'wechat' | 'work-chat', bindingToken: string, mobile: string, oneTimeCode: string) =>
    callPublic<wire.SignedIn>(`/api/session/${path}/bind`, { bindingToken, mobile, oneTimeCode }),
  webCode: (mobile: string, oneTimeCode: string) =>
    callPublic<unknown>('/api/session/web/code', { mobile, oneTimeCode }),
  endWeb: () => callPublic<unknown>('/api/session/end', {}),
};
