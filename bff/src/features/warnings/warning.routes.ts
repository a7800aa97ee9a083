import { z } from 'zod';
import { OFFICIALS } from '../../core/actor';
import type { Tx } from '../../core/database';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { cursorParts, onePage, pageSize } from '../../core/paging';
import { wire } from '../../core/problem';
import { id, toId } from '../../core/wire';
import { evidenceLines } from './evidence.store';
import { newRule, ruleAnswer, ruleRows } from './rule.schema';
import { publishRule } from './rule.service';
import { currentRules } from './rule.store';
import { evidenceOf, presentRule, presentStory, presentWarning } from './warning.present';
import type { Level } from './warning.rules';
import { acknowledgeBody, closeBody, snoozeBody, warningAnswer, warningRows, warningSearch } from './warning.schema';
import { acknowledge, close, snooze } from './warning.service';
import { findWarning, searchWarnings, stepsOf, type WarningRow } from './warning.store';

const params = z.strictObject({ id });

/** 自动预警: what needs an official's eye, the most urgent first, and the rules that say so. */
export function warningEndpoints({ events }: Core): Endpoint[] {
  const story = async (tx: Tx, row: WarningRow, now: Date) => {
    const { type, ids } = evidenceOf(row);
    return presentStory(row, await evidenceLines(tx, type, ids), await stepsOf(tx, row.id), now);
  };
  return [
    get({
      path: '/api/warnings',
      summary: '预警清单，最急的在前',
      access: OFFICIALS,
      query: warningSearch,
      answer: warningRows,
      handler: async ({ tx, actor, query, now }) => {
        const size = pageSize(query);
        const [level, by, after] = cursorParts(query.cursor, /^(major|normal)_(\d{10,14})_(\d{1,15})$/) ?? [];
        const rows = await searchWarnings(tx, actor.scope, {
          state: query.state,
          level: query.level,
          tier: query.tier,
          enterpriseId: query.enterpriseId === undefined ? undefined : toId(query.enterpriseId),
          after:
            level === undefined ? undefined : { level: level as Level, ackBy: new Date(Number(by)), id: Number(after) },
          limit: size + 1,
        });
        const { shown, next } = onePage(rows, size, (row) => `${row.level}_${row.ack_by.getTime()}_${row.id}`);
        return { at: now.toISOString(), rows: shown.map((row) => presentWarning(row, now)), next };
      },
    }),
    get({
      path: '/api/warnings/:id',
      summary: '一条预警：依据和处理过程',
      access: OFFICIALS,
      params,
      answer: warningAnswer,
      handler: async ({ tx, actor, params: given, now }) => {
        const row = await findWarning(tx, actor.scope, toId(given.id));
        if (row === undefined) throw wire.NOT_FOUND();
        return story(tx, row, now);
      },
    }),
    post({
      path: '/api/warnings/:id/acknowledge',
      summary: '确认预警，由我处理',
      access: OFFICIALS,
      params,
      body: acknowledgeBody,
      answer: warningAnswer,
      handler: async ({ tx, actor, params: given, body, now }) => {
        const { clientUuid, note = '' } = body;
        return story(
          tx,
          await acknowledge(tx, events, { actor, warningId: toId(given.id), clientUuid, now, note }),
          now,
        );
      },
    }),
    post({
      path: '/api/warnings/:id/snooze',
      summary: '暂缓预警（最长 14 天，写明原因）',
      access: OFFICIALS,
      params,
      body: snoozeBody,
      answer: warningAnswer,
      handler: async ({ tx, actor, params: given, body, now }) => {
        const step = { actor, warningId: toId(given.id), clientUuid: body.clientUuid, now, note: body.reason };
        return story(tx, await snooze(tx, events, step, new Date(body.until)), now);
      },
    }),
    post({
      path: '/api/warnings/:id/close',
      summary: '关闭预警，写明处理结果',
      access: OFFICIALS,
      params,
      body: closeBody,
      answer: warningAnswer,
      handler: async ({ tx, actor, params: given, body, now }) => {
        const step = { actor, warningId: toId(given.id), clientUuid: body.clientUuid, now, note: body.note };
        return story(tx, await close(tx, events, step, body.outcome), now);
      },
    }),
    get({
      path: '/api/warning-rules',
      summary: '现行的预警规则',
      access: OFFICIALS,
      answer: ruleRows,
      handler: async ({ tx }) => ({ rows: (await currentRules(tx)).map(presentRule) }),
    }),
    post({
      path: '/api/warning-rules',
      summary: '发布一条预警规则的新版本',
      access: ['regulator'],
      cityWide: true,
      body: newRule,
      answer: ruleAnswer,
      handler: async ({ tx, actor, body, now }) => presentRule(await publishRule(tx, events, actor, body, now)),
    }),
  ];
}
