import { businessDate } from '../../core/clock';
import { wire } from '../../core/problem';
import { isWithin } from './code.read.store';
import { tell, type Parts } from './case.service';
import { ENTERED_CODES } from './codes.rules';
import { endFact, findFact, insertFact, type EnteredFact } from './dispute.store';
import { healthProblems } from './healthcode.problems';
import type { RuleSetBody } from './ruleset.schema';
import { ruleSetInForce } from './ruleset.store';

/** Older ones count in no rule set that is allowed. */
const OLDEST_DAYS = 730;
const DAY_MS = 86_400_000;

interface Entry {
  clientUuid: string;
  enterpriseId: number;
  code: string;
  occurredAt: Date;
  note: string;
}

/** An official enters a confirmed fact that no other table knows. Throws WIRE.NOT_FOUND, HEALTHCODE.*. */
export async function enterFact(parts: Parts, entry: Entry): Promise<EnteredFact> {
  const { tx, actor, now } = parts;
  const { enterpriseId, code, occurredAt } = entry;
  if (!(await isWithin(tx, actor.scope, enterpriseId))) throw wire.NOT_FOUND();
  if (occurredAt > now) throw healthProblems.FUTURE();
  if (now.getTime() - occurredAt.getTime() > OLDEST_DAYS * DAY_MS) throw healthProblems.TOO_OLD();
  const { body } = await ruleSetInForce(tx, businessDate(now));
  if (!mayEnter(body, code)) throw healthProblems.UNKNOWN_CODE();
  const id = await insertFact(tx, { ...entry, personId: actor.personId }, now);
  await tell(parts, 'health-fact.entered', enterpriseId, { type: 'health-fact', id }, { code });
  return found(await findFact(tx, actor.scope, id));
}

/** An official has seen that it was put right; only for what counts until then. */
export async function endEntered(parts: Parts, id: number, note: string): Promise<EnteredFact> {
  const { tx, actor, now } = parts;
  const fact = found(await findFact(tx, actor.scope, id));
  const { body } = await ruleSetInForce(tx, businessDate(now));
  const rule = body.rules.find(({ code }) => code === fact.code);
  if (rule?.valid.kind !== 'until_fixed' || fact.endedAt !== null) throw healthProblems.CANNOT_END();
  await endFact(tx, id, now);
  await tell(parts, 'health-fact.ended', fact.enterpriseId, { type: 'health-fact', id }, { code: fact.code, note });
  return found(await findFact(tx, actor.scope, id));
}

function mayEnter({ rules, vetoes, bonuses }: RuleSetBody, code: string): boolean {
  if (vetoes.kinds.some((veto) => veto.code === code)) return true;
  const counted = [...rules, ...bonuses.rules].some((each) => each.code === code);
  return counted && (ENTERED_CODES as readonly string[]).includes(code);
}

function found(fact: EnteredFact | undefined): EnteredFact {
  if (fact === undefined) throw wire.NOT_FOUND();
  return fact;
}
