import type { z } from 'zod';
import { OFFICIALS } from '../../core/actor';
import { businessDate, type BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { EventLog } from '../../core/events';
import { cursorId, cursorParts, onePage, pageSize } from '../../core/paging';
import { wire } from '../../core/problem';
import { toId } from '../../core/wire';
import {
  caseAnswer,
  caseParams,
  caseRows,
  caseSearch,
  concludeBody,
  factRows,
  newCase,
  stepBody,
  timelineQuery,
  transferBody,
} from './case.schema';
import { conclude, investigate, openCase, presentFact, spanOf, transfer, withdraw } from './case.service';
import { caseStepsOf, factsOf, findCase, frozenFacts, searchCases, type Case } from './case.store';

/** Who conducts cases; the township reads those of its region. */
const CONDUCT = ['enforcement', 'regulator'] as const;

/** 依法查处: what is known is collected by itself, and stands as it was once it is handed over. */
export function caseEndpoints(events: EventLog): Endpoint[] {
  const story = async (tx: Tx, row: Case, now: Date): Promise<z.input<typeof caseAnswer>> => ({
    ...presentCase(row, businessDate(now)),
    at: now.toISOString(),
    supervisionId: row.supervisionId === null ? null : String(row.supervisionId),
    warningId: row.warningId === null ? null : String(row.warningId),
    from: row.fromDay,
    documentNo: row.documentNo,
    factsSha256: row.factsSha256,
    steps: (await caseStepsOf(tx, row.id)).map((step) => ({ ...step, at: step.at.toISOString() })),
  });
  return [
    get({
      path: '/api/cases',
      summary: '案件，最近立的在前',
      access: OFFICIALS,
      query: caseSearch,
      answer: caseRows,
      handler: async ({ tx, actor, query, now }) => {
        const size = pageSize(query);
        const rows = await searchCases(tx, actor.scope, {
          state: query.state,
          enterpriseId: query.enterpriseId === undefined ? undefined : toId(query.enterpriseId),
          before: cursorId(query.cursor),
          limit: size + 1,
        });
        const { shown, next } = onePage(rows, size, (row) => String(row.id));
        return { rows: shown.map((row) => presentCase(row, businessDate(now))), next };
      },
    }),
    get({
      path: '/api/cases/:id',
      summary: '一个案件：从哪来、到哪一步、谁在办',
      access: OFFICIALS,
      params: caseParams,
      answer: caseAnswer,
      handler: async ({ tx, actor, params, now }) => {
        const row = await findCase(tx, actor.scope, toId(params.id));
        if (row === undefined) throw wire.NOT_FOUND();
        return story(tx, row, now);
      },
    }),
    get({
      path: '/api/cases/:id/facts',
      summary: '案件事实：上报、问题、预警、上门、处罚、通知和已读，最近的在前；移送后以移送时为准',
      access: OFFICIALS,
      params: caseParams,
      query: timelineQuery,
      answer: factRows,
      handler: async ({ tx, actor, params, query, now }) => {
        const row = await findCase(tx, actor.scope, toId(params.id));
        if (row === undefined) throw wire.NOT_FOUND();
        const size = pageSize(query);
        const kept = row.factsSha256 === null ? undefined : await frozenFacts(tx, row.id);
        if (kept !== undefined) {
          const all = JSON.parse(kept) as z.input<typeof factRows>['rows'];
          const start = cursorId(query.cursor) ?? 0;
          const next = start + size < all.length ? String(start + size) : null;
          return { rows: all.slice(start, start + size), next, frozen: true };
        }
        const [at, kind = '', n] = cursorParts(query.cursor, /^(\d{10,14})_([a-z_]{1,40})_(\d{1,15})$/) ?? [];
        const after = at === undefined ? undefined : { at: new Date(Number(at)), kind, n: Number(n) };
        const rows = await factsOf(tx, row.enterpriseId, spanOf(row, now), after, size + 1);
        const page = onePage(rows, size, (each) => `${each.at.getTime()}_${each.kind}_${each.n}`);
        return { rows: page.shown.map(presentFact), next: page.next, frozen: false };
      },
    }),
    post({
      path: '/api/cases',
      summary: '立案',
      access: CONDUCT,
      body: newCase,
      answer: caseAnswer,
      handler: async ({ tx, actor, body, now }) => {
        const { clientUuid, title, from } = body;
        const row = await openCase({ tx, actor, now }, events, {
          clientUuid,
          title,
          from,
          enterpriseId: toId(body.enterpriseId),
          supervisionId: body.supervisionId === undefined ? null : toId(body.supervisionId),
          warningId: body.warningId === undefined ? null : toId(body.warningId),
        });
        return story(tx, row, now);
      },
    }),
    post({
      path: '/api/cases/:id/investigate',
      summary: '开始调查，由我办理',
      access: CONDUCT,
      params: caseParams,
      body: stepBody,
      answer: caseAnswer,
      handler: async ({ tx, actor, params, body, now }) =>
        story(tx, await investigate({ tx, actor, now }, events, { id: toId(params.id), ...body }), now),
    }),
    post({
      path: '/api/cases/:id/transfer',
      summary: '移送，写明文号；案件事实从此固定',
      access: CONDUCT,
      params: caseParams,
      body: transferBody,
      answer: caseAnswer,
      handler: async ({ tx, actor, params, body, now }) =>
        story(tx, await transfer({ tx, actor, now }, events, { id: toId(params.id), ...body }), now),
    }),
    post({
      path: '/api/cases/:id/conclude',
      summary: '办结，写明结果',
      access: CONDUCT,
      params: caseParams,
      body: concludeBody,
      answer: caseAnswer,
      handler: async ({ tx, actor, params, body, now }) =>
        story(tx, await conclude({ tx, actor, now }, events, { id: toId(params.id), ...body }), now),
    }),
    post({
      path: '/api/cases/:id/withdraw',
      summary: '撤案，写明原因',
      access: CONDUCT,
      params: caseParams,
      body: stepBody,
      answer: caseAnswer,
      handler: async ({ tx, actor, params, body, now }) =>
        story(tx, await withdraw({ tx, actor, now }, events, { id: toId(params.id), ...body }), now),
    }),
  ];
}

function presentCase(row: Case, today: BusinessDate): z.input<typeof caseRows>['rows'][number] {
  return {
    id: String(row.id),
    enterprise: { id: String(row.enterpriseId), name: row.enterpriseName, region: row.regionCode },
    title: row.title,
    state: row.state,
    owner: { id: String(row.ownerId), name: row.ownerName },
    dueOn: row.dueOn,
    overdue: row.dueOn !== null && row.dueOn < today,
    openedAt: row.openedAt.toISOString(),
    result: row.result,
    closedAt: row.closedAt?.toISOString() ?? null,
  };
}
