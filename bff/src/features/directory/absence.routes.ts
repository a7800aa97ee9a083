import { z } from 'zod';
import { ROLES } from '../../core/actor';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { cursorId, onePage, pageSize } from '../../core/paging';
import { id, toId } from '../../core/wire';
import { decideSuspension, endLeave, fileSuspension, takeLeave, withdrawSuspension } from './absence.service';
import { leavesOf, searchSuspensions } from './absence.store';
import { presentLeave, presentSuspension } from './directory.present';
import {
  decision,
  leaveAnswer,
  leaveRows,
  newLeave,
  newSuspension,
  suspensionAnswer,
  suspensionRows,
  suspensionSearch,
} from './directory.schema';

/** Leave of officers with their deputies, and shutdowns of enterprises. */
export function absenceEndpoints({ events }: Core): Endpoint[] {
  const verdict = (
    path: '/api/suspensions/:id/approve' | '/api/suspensions/:id/reject',
    summary: string,
    state: 'approved' | 'rejected',
  ) =>
    post({
      path,
      summary,
      access: ['township', 'regulator'],
      params: z.strictObject({ id }),
      body: decision,
      answer: suspensionAnswer,
      handler: async ({ tx, actor, params, body, now }) => {
        const { suspension, excused } = await decideSuspension(
          tx,
          events,
          actor,
          toId(params.id),
          state,
          body.note,
          now,
        );
        return { ...presentSuspension(suspension), excused };
      },
    });
  return [
    post({
      path: '/api/leaves',
      summary: '请假，任务由代理人完成',
      access: ['officer'],
      body: newLeave,
      answer: leaveAnswer,
      handler: async ({ tx, actor, body, now }) => {
        const { leave, reassigned } = await takeLeave(
          tx,
          events,
          actor,
          { ...body, deputyId: toId(body.deputyId) },
          now,
        );
        return { ...presentLeave(leave), reassigned };
      },
    }),
    post({
      path: '/api/leaves/:id/cancel',
      summary: '提前结束请假',
      access: ['officer'],
      params: z.strictObject({ id }),
      body: z.strictObject({}),
      answer: leaveAnswer,
      handler: async ({ tx, actor, params, now }) => {
        const { leave, reassigned } = await endLeave(tx, events, actor, toId(params.id), now);
        return { ...presentLeave(leave), reassigned };
      },
    }),
    get({
      path: '/api/leaves',
      summary: '我的请假和代理',
      access: ['officer'],
      answer: leaveRows,
      handler: async ({ tx, actor }) => ({ rows: (await leavesOf(tx, actor.personId)).map(presentLeave) }),
    }),
    post({
      path: '/api/suspensions',
      summary: '停产报备',
      access: ['officer'],
      body: newSuspension,
      answer: suspensionAnswer,
      handler: async ({ tx, actor, body, now }) => {
        const filed = await fileSuspension(tx, events, actor, { ...body, enterpriseId: toId(body.enterpriseId) }, now);
        return { ...presentSuspension(filed), excused: 0 };
      },
    }),
    verdict('/api/suspensions/:id/approve', '同意停产报备，报备期间的任务免检', 'approved'),
    verdict('/api/suspensions/:id/reject', '不同意停产报备', 'rejected'),
    post({
      path: '/api/suspensions/:id/withdraw',
      summary: '撤回停产报备',
      access: ['officer'],
      params: z.strictObject({ id }),
      body: decision,
      answer: suspensionAnswer,
      handler: async ({ tx, actor, params, body }) => ({
        ...presentSuspension(await withdrawSuspension(tx, events, actor, toId(params.id), body.note)),
        excused: 0,
      }),
    }),
    get({
      path: '/api/suspensions',
      summary: '停产报备记录',
      access: ROLES,
      query: suspensionSearch,
      answer: suspensionRows,
      handler: async ({ tx, actor, query }) => {
        const size = pageSize(query);
        const before = cursorId(query.cursor);
        const rows = await searchSuspensions(tx, actor.scope, { state: query.state, before, limit: size + 1 });
        const { shown, next } = onePage(rows, size, (row) => String(row.id));
        return { rows: shown.map(presentSuspension), next };
      },
    }),
  ];
}
