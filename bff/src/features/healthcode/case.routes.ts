import { OFFICIALS, ROLES } from '../../core/actor';
import type { Tx } from '../../core/database';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { cursorId, onePage, pageSize } from '../../core/paging';
import { parseKeys } from '../../core/tokens';
import { toId } from '../../core/wire';
import type { ObjectStore } from '../../gateways/object-store';
import { presentDispute, presentFact, presentRepair, withPhotos } from './case.present';
import {
  caseParams,
  checkBody,
  decisionBody,
  disputeAnswer,
  disputeBody,
  disputeRows,
  disputeSearch,
  endBody,
  factAnswer,
  factBody,
  repairAnswer,
  repairBody,
  repairRows,
  repairSearch,
  siteCheckAnswer,
} from './case.schema';
import { applyForRepair, checkRepair, checkSite, decide, fileDispute, requireStored } from './case.service';
import { searchDisputes, searchRepairs, type Dispute, type Repair } from './dispute.store';
import { endEntered, enterFact } from './entry.service';

interface Search {
  cursor?: string | undefined;
  limit?: number | undefined;
  state?: string | undefined;
  enterpriseId?: string | undefined;
}

const searchOf = (query: Search) => ({
  state: query.state,
  enterpriseId: query.enterpriseId === undefined ? undefined : toId(query.enterpriseId),
  after: cursorId(query.cursor),
  limit: pageSize(query) + 1,
});

/** 异议、信用修复、现场核查: what enterprises ask for about their deductions, and what officials decide. */
export function caseEndpoints({ events, config }: Core, store: ObjectStore): Endpoint[] {
  const qrKeys = parseKeys(config.qrKeys);
  const disputes = (tx: Tx, rows: readonly Dispute[], now: Date) =>
    withPhotos(tx, store, 'dispute', rows, (row) => presentDispute(row, now));
  const repairs = (tx: Tx, rows: readonly Repair[], now: Date) =>
    withPhotos(tx, store, 'repair', rows, (row) => presentRepair(row, now));
  const dispute = async (tx: Tx, row: Dispute, now: Date) => one(await disputes(tx, [row], now));
  const repair = async (tx: Tx, row: Repair, now: Date) => one(await repairs(tx, [row], now));
  return [
    get({
      path: '/api/health-disputes',
      summary: '扣分异议，最新的在前',
      access: ROLES,
      query: disputeSearch,
      answer: disputeRows,
      handler: async ({ tx, actor, query, now }) => {
        const rows = await searchDisputes(tx, actor.scope, searchOf(query));
        const { shown, next } = onePage(rows, pageSize(query), ({ id }) => String(id));
        return { rows: await disputes(tx, shown, now), next };
      },
    }),
    post({
      path: '/api/health-disputes',
      summary: '对一项扣分提出异议（10 个工作日内答复，期间照常扣分）',
      access: ['officer'],
      body: disputeBody,
      answer: disputeAnswer,
      outside: ({ read, actor, body }) => requireStored(read, store, actor, toId(body.enterpriseId), body.photos),
      handler: async ({ tx, actor, body, now }) => {
        const { enterpriseId, reason, ...rest } = body;
        const asked = { ...rest, enterpriseId: toId(enterpriseId), text: reason };
        return dispute(tx, await fileDispute({ tx, events, actor, now }, asked), now);
      },
    }),
    post({
      path: '/api/health-disputes/:id/decide',
      summary: '决定一份异议；成立的不再扣分',
      access: ['regulator'],
      params: caseParams,
      body: decisionBody,
      answer: disputeAnswer,
      handler: async ({ tx, actor, params, body, now }) =>
        dispute(tx, await decide({ tx, events, actor, now }, toId(params.id), body), now),
    }),
    get({
      path: '/api/health-repairs',
      summary: '信用修复申请，最新的在前',
      access: ROLES,
      query: repairSearch,
      answer: repairRows,
      handler: async ({ tx, actor, query, now }) => {
        const rows = await searchRepairs(tx, actor.scope, searchOf(query));
        const { shown, next } = onePage(rows, pageSize(query), ({ id }) => String(id));
        return { rows: await repairs(tx, shown, now), next };
      },
    }),
    post({
      path: '/api/health-repairs',
      summary: '申请信用修复：说明已经怎样改正，等现场核查',
      access: ['officer'],
      body: repairBody,
      answer: repairAnswer,
      outside: ({ read, actor, body }) => requireStored(read, store, actor, toId(body.enterpriseId), body.photos),
      handler: async ({ tx, actor, body, now }) => {
        const { enterpriseId, statement, ...rest } = body;
        const asked = { ...rest, enterpriseId: toId(enterpriseId), text: statement };
        return repair(tx, await applyForRepair({ tx, events, actor, now }, asked), now);
      },
    }),
    post({
      path: '/api/health-repairs/:id/check',
      summary: '现场核查一份修复申请（扫门上的码）；通过的减半扣分',
      access: OFFICIALS,
      params: caseParams,
      body: checkBody,
      answer: repairAnswer,
      handler: async ({ tx, actor, params, body, now }) =>
        repair(tx, await checkRepair({ tx, events, actor, now }, qrKeys, toId(params.id), body), now),
    }),
    post({
      path: '/api/enterprises/:id/site-checks',
      summary: '现场核查一家企业（扫门上的码）；通过后红码可以恢复',
      access: OFFICIALS,
      params: caseParams,
      body: checkBody,
      answer: siteCheckAnswer,
      handler: async ({ tx, actor, params, body, now }) => {
        const checkedAt = await checkSite({ tx, events, actor, now }, qrKeys, toId(params.id), body);
        return { enterpriseId: params.id, passed: body.passed, checkedAt: checkedAt.toISOString() };
      },
    }),
    post({
      path: '/api/health-facts',
      summary: '登记一项经核实的事实（作假、工况异常、一票否决、自愿提标等）',
      access: ['enforcement', 'regulator'],
      body: factBody,
      answer: factAnswer,
      handler: async ({ tx, actor, body, now }) => {
        const { enterpriseId, occurredAt, ...rest } = body;
        const entry = { ...rest, enterpriseId: toId(enterpriseId), occurredAt: new Date(occurredAt) };
        return presentFact(await enterFact({ tx, events, actor, now }, entry));
      },
    }),
    post({
      path: '/api/health-facts/:id/end',
      summary: '登记的事实已经改正',
      access: ['enforcement', 'regulator'],
      params: caseParams,
      body: endBody,
      answer: factAnswer,
      handler: async ({ tx, actor, params, body, now }) =>
        presentFact(await endEntered({ tx, events, actor, now }, toId(params.id), body.note)),
    }),
  ];
}

function one<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined) throw new Error('a case was not shown');
  return row;
}
