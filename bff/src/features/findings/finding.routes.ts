import { z } from 'zod';
import { OFFICIALS, ROLES } from '../../core/actor';
import { get, post, type Endpoint } from '../../core/endpoint';
import { cursorParts, onePage, pageSize } from '../../core/paging';
import { wire } from '../../core/problem';
import { id, toId } from '../../core/wire';
import type { ObjectStore } from '../../gateways/object-store';
import { PhotoStates } from '../inspection';
import { presentFinding, presentStory } from './finding.present';
import {
  containBody,
  correctBody,
  decisionBody,
  extensionBody,
  findingAnswer,
  findingRows,
  findingSearch,
  verifyBody,
} from './finding.schema';
import {
  askExtension,
  contain,
  correct,
  decideExtension,
  requireStored,
  verify,
  type FindingParts,
} from './finding.service';
import { beforePhotos, findFinding, searchFindings, stepsOf, type FindingRow } from './finding.store';
import type { Tx } from '../../core/database';

const params = z.strictObject({ id });

/** What was found wrong, and how it is put right: for the officer his enterprise's, for officials their region's. */
export function findingEndpoints(parts: FindingParts, store: ObjectStore): Endpoint[] {
  const story = async (tx: Tx, row: FindingRow, now: Date) =>
    presentStory(
      store,
      await PhotoStates.of(tx, 'finding', [row.id]),
      row,
      await stepsOf(tx, row.id),
      await beforePhotos(tx, row.report_id, row.item_code),
      now,
    );
  return [
    get({
      path: '/api/findings',
      summary: '问题清单，最急的在前',
      access: ROLES,
      query: findingSearch,
      answer: findingRows,
      handler: async ({ tx, actor, query, now }) => {
        const size = pageSize(query);
        const [due, id] = cursorParts(query.cursor, /^(\d{10,14})_(\d{1,15})$/) ?? [];
        const rows = await searchFindings(tx, actor.scope, {
          state: query.state,
          severity: query.severity,
          extension: query.extension,
          enterpriseId: query.enterpriseId === undefined ? undefined : toId(query.enterpriseId),
          after: id === undefined ? undefined : { dueAt: new Date(Number(due)), id: Number(id) },
          limit: size + 1,
        });
        const { shown, next } = onePage(rows, size, (row) => `${row.due_at.getTime()}_${row.id}`);
        return { at: now.toISOString(), rows: shown.map((row) => presentFinding(row, now)), next };
      },
    }),
    get({
      path: '/api/findings/:id',
      summary: '一个问题的全过程',
      access: ROLES,
      params,
      answer: findingAnswer,
      handler: async ({ tx, actor, params: given, now }) => {
        const row = await findFinding(tx, actor.scope, toId(given.id));
        if (row === undefined) throw wire.NOT_FOUND();
        return story(tx, row, now);
      },
    }),
    post({
      path: '/api/findings/:id/contain',
      summary: '重大问题：报告已采取的控制措施（24 小时内）',
      access: ['officer'],
      params,
      body: containBody,
      answer: findingAnswer,
      outside: ({ read, actor, params: given, body }) => requireStored(read, store, actor, toId(given.id), body.photos),
      handler: async ({ tx, actor, params: given, body, now }) =>
        story(tx, await contain(tx, parts, { actor, findingId: toId(given.id), now, ...body }, body.photos), now),
    }),
    post({
      path: '/api/findings/:id/correct',
      summary: '提交整改：说明和改好后的照片',
      access: ['officer'],
      params,
      body: correctBody,
      answer: findingAnswer,
      outside: ({ read, actor, params: given, body }) => requireStored(read, store, actor, toId(given.id), body.photos),
      handler: async ({ tx, actor, params: given, body, now }) => {
        const { clientUuid, note, ...shown } = body;
        const step = { actor, findingId: toId(given.id), clientUuid, now, note };
        return story(tx, await correct(tx, parts, step, shown), now);
      },
    }),
    post({
      path: '/api/findings/:id/extension',
      summary: '申请延期（只能一次）',
      access: ['officer'],
      params,
      body: extensionBody,
      answer: findingAnswer,
      handler: async ({ tx, actor, params: given, body, now }) => {
        const step = { actor, findingId: toId(given.id), clientUuid: body.clientUuid, now, note: body.reason };
        return story(tx, await askExtension(tx, parts, step, body.to), now);
      },
    }),
    post({
      path: '/api/findings/:id/extension/decide',
      summary: '同意或不同意延期',
      access: OFFICIALS,
      params,
      body: decisionBody,
      answer: findingAnswer,
      handler: async ({ tx, actor, params: given, body, now }) => {
        const step = { actor, findingId: toId(given.id), clientUuid: body.clientUuid, now, note: body.note };
        return story(tx, await decideExtension(tx, parts, step, body.granted), now);
      },
    }),
    post({
      path: '/api/findings/:id/verify',
      summary: '核验整改：通过则关闭，不通过退回并写明原因',
      access: OFFICIALS,
      params,
      body: verifyBody,
      answer: findingAnswer,
      outside: ({ read, actor, params: given, body }) =>
        requireStored(read, store, actor, toId(given.id), body.photos ?? []),
      handler: async ({ tx, actor, params: given, body, now }) => {
        const step = { actor, findingId: toId(given.id), clientUuid: body.clientUuid, now, note: body.note };
        return story(tx, await verify(tx, parts, step, body), now);
      },
    }),
  ];
}
