import type { KeyObject } from 'node:crypto';
import QRCode from 'qrcode';
import { z } from 'zod';
import type { AnswerKeys } from '../../core/answer-keys';
import { get, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { wire } from '../../core/problem';
import { id, toId } from '../../core/wire';
import { findEnterprise } from '../directory';
import { standingsOf } from '../healthcode';
import { codeToken, isOld, readCodeToken, STEP_S } from './code-token.rules';
import { enterpriseById } from './code.store';
import { tokenAnswer } from './public-code.schema';
import { codePage, noCodePage, PAGE_POLICY } from './public-code.present';

/** What anybody can see: the page behind an enterprise's QR, and the keys that partners check answers with. */
export function publicCodeEndpoints(
  { config }: Core,
  qrKeys: ReadonlyMap<string, KeyObject>,
  answerKeys: AnswerKeys,
): Endpoint[] {
  const keySet = JSON.stringify(answerKeys.jwks());
  return [
    get({
      path: '/code/:token',
      summary: '企业健康码公示页（任何浏览器）',
      access: 'public',
      params: z.strictObject({ token: z.string().max(300) }),
      answer: 'text/html',
      handler: async ({ tx, params, now, ctx }) => {
        ctx.set({
          'x-robots-tag': 'noindex',
          'cache-control': 'no-store',
          'content-security-policy': PAGE_POLICY,
          'referrer-policy': 'no-referrer',
        });
        const token = readCodeToken(qrKeys, params.token);
        const enterprise = token === undefined ? undefined : await enterpriseById(tx, token.enterpriseId);
        const standing = (await standingsOf(tx, enterprise === undefined ? [] : [enterprise.id])).get(
          enterprise?.id ?? 0,
        );
        if (token === undefined || enterprise === undefined || standing === undefined) {
          ctx.status = 404;
          return noCodePage('unknown');
        }
        if (standing.validUntil <= now) {
          ctx.status = 503;
          return noCodePage('updating');
        }
        const { colour, colourSince: since } = standing;
        const old = token.shownAt !== null && isOld(token.shownAt, now);
        return codePage({ name: enterprise.name, colour, since, old }, now);
      },
    }),
    get({
      path: '/api/enterprises/:id/code-token',
      summary: '企业健康码的二维码网址，每 30 秒更换',
      access: ['officer'],
      params: z.strictObject({ id }),
      answer: tokenAnswer,
      handler: async ({ tx, actor, params, now }) => {
        const enterprise = await findEnterprise(tx, actor.scope, toId(params.id));
        if (enterprise === undefined) throw wire.NOT_FOUND();
        const url = `${config.publicUrl}/code/${codeToken(qrKeys, { enterpriseId: enterprise.id, shownAt: now })}`;
        const svg = await QRCode.toString(url, { type: 'svg', errorCorrectionLevel: 'M', margin: 4 });
        return { url, validForS: STEP_S - (Math.floor(now.getTime() / 1000) % STEP_S), svg };
      },
    }),
    get({
      path: '/.well-known/jwks.json',
      summary: '核验签名结果用的公钥（JWK Set）',
      access: 'public',
      answer: 'application/jwk-set+json',
      limit: { calls: 600, perSeconds: 60 },
      handler: async ({ ctx }) => {
        ctx.set('cache-control', 'public, max-age=300');
        return keySet;
      },
    }),
  ];
}
