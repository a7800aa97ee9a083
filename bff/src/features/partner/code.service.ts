import { LRUCache } from 'lru-cache';
import type { AnswerKeys } from '../../core/answer-keys';
import type { Tx } from '../../core/database';
import type { Core } from '../../core/feature';
import type { Partner } from '../../core/partner';
import { currentGrades } from '../credit';
import { standingsOf } from '../healthcode';
import type { ChangeTail } from './change-tail.service';
import { presentCode } from './code.present';
import { enterprisesByUscc, type Code, type Named } from './code.store';
import { partnerProblems } from './partner.problems';

/** Remembered codes that nothing was heard of are read again after this: names, regions, renewed validity. */
const MAX_AGE_MS = 60_000;
const MOST = 50_000;

/** A code with its answers, each made and signed when it is first asked for. */
class Signed<A> {
  private readonly answers = new Map<boolean, Readonly<A>>();

  constructor(
    readonly code: Code,
    readonly readAt: Date,
    private readonly make: (code: Code, withGrade: boolean) => A,
  ) {}

  answer(withGrade: boolean): Readonly<A> {
    let answer = this.answers.get(withGrade);
    if (answer === undefined) {
      // Frozen: the server renders it once.
      answer = Object.freeze(this.make(this.code, withGrade));
      this.answers.set(withGrade, answer);
    }
    return answer;
  }
}

type Answer = ReturnType<typeof presentCode> & { proof: string };

export const mayGrade = (partner: Partner): boolean => partner.scopes.includes('grade:read');

/** Codes for partners: single ones signed and remembered by version, many at once straight from the database. */
export class Codes {
  private readonly remembered = new LRUCache<string, Promise<Signed<Answer> | undefined>>({ max: MOST });
  private readonly usccOf = new LRUCache<number, string>({ max: MOST });

  constructor(
    private readonly core: Core,
    private readonly keys: AnswerKeys,
    private readonly tail: ChangeTail,
  ) {
    tail.onChange(({ type, enterpriseId }) => {
      if (type === 'partner-client.changed') return;
      // Grades of a period are published for many enterprises with one event.
      if (enterpriseId === null) this.remembered.clear();
      else this.remembered.delete(this.usccOf.get(enterpriseId) ?? '');
    });
  }

  /**
   * The code of one enterprise within the partner's region, with the proof that it was told. What was committed half a
   * second ago is seen. Throws PARTNER.UNKNOWN_ENTERPRISE, whatever the reason, and NOT_CURRENT.
   */
  async single(partner: Partner, uscc: string, now: Date): Promise<{ code: Code; answer: Readonly<Answer> }> {
    const looking = this.tail.fresh();
    if (looking !== undefined) await looking;
    let signed = await this.remembered.get(uscc);
    if (signed === undefined || !isGood(signed, now)) signed = await this.readAgain(uscc, now);
    const code = visible(signed?.code, partner);
    if (signed === undefined || code === undefined) throw partnerProblems.UNKNOWN_ENTERPRISE();
    if (code.standing.validUntil <= now) throw partnerProblems.NOT_CURRENT();
    return { code, answer: signed.answer(mayGrade(partner)) };
  }

  private async readAgain(uscc: string, now: Date): Promise<Signed<Answer> | undefined> {
    // What is remembered is the reading itself: those who ask meanwhile share it, and a change that is heard of
    // before it ends makes it forgotten.
    const reading = this.read(uscc, now);
    this.remembered.set(uscc, reading);
    const forget = () => {
      if (this.remembered.peek(uscc) === reading) this.remembered.delete(uscc);
    };
    try {
      const signed = await reading;
      if (signed === undefined) forget();
      return signed;
    } catch (error) {
      forget();
      throw error;
    }
  }

  private async read(uscc: string, now: Date): Promise<Signed<Answer> | undefined> {
    const { read } = this.core.db.of('partners');
    const named = await enterprisesByUscc(read, [uscc]);
    const [enterprise] = named;
    if (enterprise !== undefined) this.usccOf.set(enterprise.id, uscc);
    const [code] = await codesOf(read, named, now);
    return code === undefined
      ? undefined
      : new Signed(code, now, (what, withGrade) => ({
          ...presentCode(what, withGrade),
          proof: this.prove(what, withGrade),
        }));
  }

  private prove({ enterprise, standing, grade }: Code, withGrade: boolean): string {
    return this.keys.sign({
      iss: this.core.config.publicUrl,
      sub: enterprise.uscc,
      colour: standing.colour,
      since: standing.colourSince.toISOString(),
      ...(withGrade ? { grade: grade?.grade ?? null, gradePeriod: grade?.period ?? null } : {}),
      version: standing.version,
      iat: Math.floor(this.core.clock.now().getTime() / 1000),
      exp: Math.floor(standing.validUntil.getTime() / 1000),
    });
  }
}

function isGood({ code, readAt }: Signed<unknown>, now: Date): boolean {
  const age = now.getTime() - readAt.getTime();
  return (
    age >= 0 &&
    age < MAX_AGE_MS &&
    code.standing.validUntil > now &&
    (code.grade === null || code.grade.validUntil > now)
  );
}

/** The code if its enterprise exists for the partner. */
export function visible(code: Code | undefined, { regionPrefix }: Partner): Code | undefined {
  return code?.enterprise.region.startsWith(regionPrefix) === true ? code : undefined;
}

/** The codes of enterprises in their order; those that have never been evaluated are left out. */
export async function codesOf(tx: Tx, enterprises: readonly Named[], now: Date): Promise<Code[]> {
  const ids = enterprises.map(({ id }) => id);
  const [standings, grades] = [await standingsOf(tx, ids), await currentGrades(tx, ids, now)];
  return enterprises.flatMap((enterprise) => {
    const standing = standings.get(enterprise.id);
    return standing === undefined ? [] : [{ enterprise, standing, grade: grades.get(enterprise.id) ?? null }];
  });
}
