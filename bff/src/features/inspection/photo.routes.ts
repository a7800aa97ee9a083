import { z } from 'zod';
import { ROLES } from '../../core/actor';
import { get, post, type Endpoint } from '../../core/endpoint';
import { toId } from '../../core/wire';
import { wire } from '../../core/problem';
import type { ObjectStore } from '../../gateways/object-store';
import { uploadTickets } from './photo.service';
import { enterpriseWithin, recheckContents, requeuePhotos, wantedPhotos } from './photo.store';
import { againBody, ticketsAnswer, ticketsBody, wantedAnswer } from './report.schema';

/** A photo that is sent again is looked at after this. */
const UPLOAD_MS = 10_000;

export function photoEndpoints(store: ObjectStore): Endpoint[] {
  return [
    post({
      path: '/api/photos/tickets',
      summary: '申请照片上传凭证（一张照片一个，15 分钟内有效）',
      access: ROLES,
      body: ticketsBody,
      answer: ticketsAnswer,
      outside: async ({ read, actor, body, now }) => {
        const [first] = actor.scope.enterpriseIds;
        const enterpriseId = body.enterpriseId === undefined ? first : toId(body.enterpriseId);
        if (enterpriseId === undefined) throw wire.NOT_FOUND();
        // An officer's own is in his token; an official's is in his region.
        const own = actor.scope.enterpriseIds.includes(enterpriseId);
        if (!own && !(await enterpriseWithin(read, actor.scope, enterpriseId))) throw wire.NOT_FOUND();
        return { enterpriseId, ...(await uploadTickets(read, store, enterpriseId, body.photos, now)) };
      },
      handler: async ({ tx, prepared: { enterpriseId, tickets, refused }, now }) => {
        await recheckContents(tx, enterpriseId, refused, new Date(now.getTime() + UPLOAD_MS));
        return { tickets };
      },
    }),
    get({
      path: '/api/photos/wanted',
      summary: '需要我补传的照片',
      access: ['officer'],
      answer: wantedAnswer,
      handler: async ({ tx, actor }) => ({
        rows: (await wantedPhotos(tx, actor.personId)).map((row) => ({
          reportId: String(row.report_id),
          itemCode: row.item_code,
          sha256: row.sha256,
          state: row.state as 'missing' | 'broken',
          reason: row.reason,
          pointName: row.point_name,
        })),
      }),
    }),
    post({
      path: '/api/photos/again',
      summary: '照片已补传，请重新核验',
      access: ['officer'],
      body: againBody,
      answer: z.object({ requeued: z.number() }),
      handler: async ({ tx, actor, body, now }) => ({
        requeued: await requeuePhotos(tx, toId(body.reportId), actor.personId, now),
      }),
    }),
  ];
}
