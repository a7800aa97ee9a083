import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fact as plain, type Fact } from '../../bff/src/features/healthcode/fact.rules';
import { ruleSetBody, type RuleSetBody } from '../../bff/src/features/healthcode/ruleset.schema';

const MIGRATION = path.resolve(__dirname, '../../sql/migrations/0012_health.sql');

/** The city's rule set as the migration ships it. */
export function cityRules(): RuleSetBody {
  const [, json = ''] = /VALUES \(1, [^{]*'(\{[\s\S]*?\n\})'/.exec(readFileSync(MIGRATION, 'utf8')) ?? [];
  return ruleSetBody.parse(JSON.parse(json));
}

/** Midnight of a day in Huzhou, and hours of it. */
export const at = (date: string, time = '00:00') => Date.parse(`${date}T${time}:00+08:00`);

let last = 0;

/** A fact of a rule; each has an id of its own unless one is given. */
export function factOf(code: string, occurredAt: number, more: Partial<Fact> & { id?: number } = {}): Fact {
  const { id, ...rest } = more;
  last += 1;
  return { ...plain(code, 'row', [id ?? last], occurredAt), ...rest };
}
