import QRCode from 'qrcode';
import { z } from 'zod';
import { addDays, businessDate } from '../../core/clock';
import type { Actor } from '../../core/actor';
import { ROLES, OFFICIALS, scopeCondition } from '../../core/actor';
import type { Tx } from '../../core/database';
import { get, post, type Endpoint } from '../../core/endpoint';
import { wire } from '../../core/problem';
import { id, toId } from '../../core/wire';
import { nextDueDate } from '../dispatch';
import { invalidPage, pointPage } from './public-page.present';
import { qrToken, readQr } from './qr.rules';
import { extraBody, qrAnswer, scanAnswer, scanBody } from './report.schema';
import { lastInspection, raiseKeyVersion, scannedPoint } from './scan.store';
import { openChecklist, resolveScan, startExtra, taskToFill, type ScanParts } from './scan.service';

const RESULTS = { done: '按期', late: '迟报', missed: '漏检' } as const;

export function scanEndpoints(parts: ScanParts): Endpoint[] {
  const { core, qrKeys } = parts;
  return [
    post({
      path: '/api/scan',
      summary: '扫点位码：打开今天的检查表，或说明为什么不能',
      access: ['officer'],
      body: scanBody,
      answer: scanAnswer,
      handler: async ({ tx, actor, body, now }) => {
        const point = await resolveScan(tx, parts, actor, body.token);
        return openChecklist(tx, parts, point, await taskToFill(tx, point, actor, now), actor, now);
      },
    }),
    post({
      path: '/api/scan/extra',
      summary: '今天没有任务时，自己发起一次加查',
      access: ['officer'],
      body: extraBody,
      answer: scanAnswer,
      handler: async ({ tx, actor, body, now }) => {
        const point = await resolveScan(tx, parts, actor, body.token);
        return openChecklist(tx, parts, point, await startExtra(tx, parts, point, actor, now), actor, now);
      },
    }),
    get({
      path: '/q/:token',
      summary: '点位公示页（任何浏览器）',
      access: 'public',
      params: z.strictObject({ token: z.string().max(300) }),
      answer: 'text/html',
      handler: async ({ tx, params, now, ctx }) => {
        ctx.set('x-robots-tag', 'noindex');
        const code = readQr(qrKeys, params.token);
        const point = code === undefined ? undefined : await scannedPoint(tx, code.pointId);
        if (code === undefined || point === undefined || !point.active) {
          ctx.status = 404;
          return invalidPage('unknown');
        }
        if (code.keyVersion !== point.key_version) {
          ctx.status = 410;
          return invalidPage('revoked');
        }
        const last = await lastInspection(tx, point.id);
        const today = businessDate(now);
        return pointPage(
          {
            typeName: point.type_name,
            code: point.code,
            enterprise: point.enterprise_name,
            last:
              last === undefined ? null : { date: last.task_date, result: RESULTS[last.state as keyof typeof RESULTS] },
            // Today's inspection counts as the next one until it has been done.
            nextBy: nextDueDate(
              point.anchor_date,
              point.interval_days,
              last?.task_date === today ? today : addDays(today, -1),
            ),
            keyVersion: point.key_version,
            printedOn: point.printed_on,
          },
          now,
        );
      },
    }),
    get({
      path: '/api/points/:id/qr',
      summary: '点位码：网址与矢量图',
      access: ROLES,
      params: z.strictObject({ id }),
      answer: qrAnswer,
      handler: async ({ tx, actor, params }) => qrOf(parts, await pointInScope(tx, actor, toId(params.id))),
    }),
    post({
      path: '/api/points/:id/qr/reprint',
      summary: '重新印制点位码，旧码即时作废',
      access: OFFICIALS,
      params: z.strictObject({ id }),
      /** The version the caller saw: two taps revoke once. */
      body: z.strictObject({ keyVersion: z.number().int().min(1) }),
      answer: qrAnswer,
      handler: async ({ tx, actor, params, body, now }) => {
        const point = await pointInScope(tx, actor, toId(params.id), true);
        if (point.key_version !== body.keyVersion) return qrOf(parts, point);
        await raiseKeyVersion(tx, point.id, businessDate(now));
        await core.events.append(tx, [
          {
            type: 'point.reprinted',
            enterpriseId: point.enterprise_id,
            subject: { type: 'point', id: point.id },
            actorId: actor.personId,
            payload: { keyVersion: point.key_version + 1 },
          },
        ]);
        return qrOf(parts, { ...point, key_version: point.key_version + 1 });
      },
    }),
  ];
}

interface CodedPoint {
  id: number;
  key_version: number;
  enterprise_id: number;
}

async function pointInScope(tx: Tx, actor: Actor, pointId: number, lock = false): Promise<CodedPoint> {
  const within = scopeCondition(actor.scope);
  const [point] = await tx.query<CodedPoint>(
    `SELECT p.id, p.key_version, p.enterprise_id FROM point p JOIN enterprise e ON e.id = p.enterprise_id
     WHERE p.id = ? AND ${within.sql}${lock ? ' FOR UPDATE' : ''}`,
    [pointId, ...within.values],
  );
  if (point === undefined) throw wire.NOT_FOUND();
  return point;
}

async function qrOf({ core, qrKeys }: ScanParts, point: CodedPoint) {
  const url = `${core.config.publicUrl}/q/${qrToken(qrKeys, { pointId: point.id, keyVersion: point.key_version })}`;
  // Level Q survives a scratched plate; the quiet zone is part of the picture.
  const svg = await QRCode.toString(url, { type: 'svg', errorCorrectionLevel: 'Q', margin: 4 });
  return { pointId: String(point.id), url, keyVersion: point.key_version, svg };
}
