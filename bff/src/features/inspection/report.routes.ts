import { z } from 'zod';
import type { Tx } from '../../core/database';
import { get, post, type Endpoint } from '../../core/endpoint';
import { ROLES, hasRole, OFFICIALS } from '../../core/actor';
import { cursorParts, onePage, pageSize } from '../../core/paging';
import { wire } from '../../core/problem';
import { id, toId } from '../../core/wire';
import type { ObjectStore } from '../../gateways/object-store';
import type { Checklist } from '../checklists';
import { photosOf, type PhotoRow } from './photo.store';
import { presentReceipt, presentReport, presentRow } from './report.present';
import { newReport, receipt, reportAnswer, reportRows, reportSearch, reviewSearch } from './report.schema';
import { reportIntake, type ReportParts } from './report.service';
import { urlOf } from './shown-photos.service';
import { findReport, lowTrust, searchReports, type StoredReport } from './report.store';

/** 60 answers with notes and 60 photo references. */
const MAX_REPORT_BYTES = 128 * 1024;
const REVIEW_BELOW = 70;
const REVIEW_DAYS_MS = 30 * 86_400_000;

export function reportEndpoints(parts: ReportParts, store: ObjectStore): Endpoint[] {
  const { reader } = parts;
  const take = reportIntake(parts);
  const checklistOf = async (tx: Tx, report: StoredReport): Promise<Checklist> => {
    const checklist = await reader.byId(tx, report.checklist_id);
    if (checklist === undefined) throw wire.NOT_FOUND();
    return checklist;
  };
  return [
    post({
      path: '/api/reports',
      summary: '上报一次检查（可重复发送，只记一次）',
      access: ['officer'],
      body: newReport,
      maxBytes: MAX_REPORT_BYTES,
      answer: receipt,
      ownTransaction: true,
      handler: async ({ tx, actor, body, now }) => {
        const accepted = await take({ actor, report: body, now });
        const photos =
          accepted.outcome === 'stored'
            ? body.photos.map((photo) => ({
                item_code: photo.itemCode,
                sha256: photo.sha256,
                state: 'waiting' as const,
              }))
            : await photosOf(tx, accepted.report.id);
        return presentReceipt(accepted, await checklistOf(tx, accepted.report), photos);
      },
    }),
    get({
      path: '/api/reports',
      summary: '上报记录（负责人看自己的，监管人员看辖区的）',
      access: ROLES,
      query: reportSearch,
      answer: reportRows,
      handler: async ({ tx, actor, query }) => {
        const size = pageSize(query);
        const [at, id] = cursorParts(query.cursor, /^(\d{10,14})_(\d{1,15})$/) ?? [];
        const official = OFFICIALS.some((role) => hasRole(actor, role));
        const rows = await searchReports(tx, actor.scope, {
          enterpriseId: query.enterpriseId === undefined ? undefined : toId(query.enterpriseId),
          pointId: query.pointId === undefined ? undefined : toId(query.pointId),
          officerId: official ? undefined : actor.personId,
          after: id === undefined ? undefined : { at: new Date(Number(at)), id: Number(id) },
          limit: size + 1,
        });
        const { shown, next } = onePage(rows, size, (row) => `${row.believed_at.getTime()}_${row.id}`);
        return { rows: shown.map(presentRow), next };
      },
    }),
    get({
      path: '/api/reports/:id',
      summary: '一份上报的全文，按填写时的检查表显示',
      access: ROLES,
      params: z.strictObject({ id }),
      answer: reportAnswer,
      handler: async ({ tx, actor, params }) => {
        const report = await findReport(tx, actor.scope, toId(params.id));
        if (report === undefined) throw wire.NOT_FOUND();
        const photos = await photosOf(tx, report.id);
        return presentReport(report, await checklistOf(tx, report), photos, await urlsOf(store, photos));
      },
    }),
    get({
      path: '/api/reports/:id/receipt',
      summary: '回执：每张照片现在的状态',
      access: ROLES,
      params: z.strictObject({ id }),
      answer: receipt,
      handler: async ({ tx, actor, params }) => {
        const report = await findReport(tx, actor.scope, toId(params.id));
        if (report === undefined) throw wire.NOT_FOUND();
        return presentReceipt(
          { outcome: 'repeated', report },
          await checklistOf(tx, report),
          await photosOf(tx, report.id),
        );
      },
    }),
    get({
      path: '/api/reviews',
      summary: '近 30 天可信度低的上报，最低的在前',
      access: OFFICIALS,
      query: reviewSearch,
      answer: reportRows,
      handler: async ({ tx, actor, query, now }) => {
        const size = pageSize(query);
        const [score, id] = cursorParts(query.cursor, /^(\d{1,3})_(\d{1,15})$/) ?? [];
        const after = id === undefined ? undefined : { score: Number(score), id: Number(id) };
        const since = new Date(now.getTime() - REVIEW_DAYS_MS);
        const rows = await lowTrust(tx, actor.scope, Number(query.below ?? REVIEW_BELOW), since, after, size + 1);
        const { shown, next } = onePage(rows, size, (row) => `${row.trust_score}_${row.id}`);
        return { rows: shown.map(presentRow), next };
      },
    }),
  ];
}

/** URLs that show the photos that were checked, for ten minutes. */
async function urlsOf(store: ObjectStore, photos: readonly PhotoRow[]): Promise<Map<number, string | null>> {
  const urls = await Promise.all(photos.map((photo) => urlOf(store, photo.object_key, photo.state)));
  return new Map(photos.map((photo, index) => [photo.id, urls[index] ?? null]));
}
