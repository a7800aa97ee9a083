import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { toId } from '../../core/wire';
import { presentScheme } from './credit.present';
import { newScheme, publishScheme, schemeAnswer, schemeParams, schemeRows } from './scheme.schema';
import { draftScheme, putIntoForce } from './scheme.service';
import { schemes } from './scheme.store';

/** 评价方案: how a half-year becomes a grade, as versioned data. */
export function schemeEndpoints({ events }: Core): Endpoint[] {
  return [
    get({
      path: '/api/credit/schemes',
      summary: '信用评价方案的各个版本',
      access: ['enforcement', 'regulator'],
      answer: schemeRows,
      handler: async ({ tx }) => ({ rows: (await schemes(tx)).map(presentScheme) }),
    }),
    post({
      path: '/api/credit/schemes',
      summary: '保存一份评价方案草稿',
      access: ['regulator'],
      cityWide: true,
      body: newScheme,
      answer: schemeAnswer,
      handler: async ({ tx, actor, body, now }) => presentScheme(await draftScheme(tx, events, actor, body, now)),
    }),
    post({
      path: '/api/credit/schemes/:version/publish',
      summary: '发布评价方案（由起草人以外的同事）',
      access: ['regulator'],
      cityWide: true,
      params: schemeParams,
      body: publishScheme,
      answer: schemeAnswer,
      handler: async ({ tx, actor, params, body, now }) =>
        presentScheme(await putIntoForce(tx, events, actor, toId(params.version), body.reason, now)),
    }),
  ];
}
