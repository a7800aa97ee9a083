import type { KeyObject } from 'node:crypto';
import type { Tx } from '../../core/database';
import type { Core } from '../../core/feature';
import { parseKeys } from '../../core/tokens';
import { CODE_TTL_MS, codeFor, codeHash, codeMatches } from './binding-code.rules';
import { endOtherCodes, insertBindingCode, openCode } from './binding-code.store';
import { takeGuess } from './guess.store';
import { session } from './identity.problems';
import { findPersonByMobile } from './person.store';

export interface BindingCodes {
  /**
   * A code that binds one account to the person within 24 h. The caller holds the person's row.
   */
  issue(
    tx: Tx,
    order: { personId: number; issuedBy: number; askedBy: number | null; clientUuid: string; now: Date },
  ): Promise<IssuedCode>;
  /**
   * Checks a code typed by somebody who says to be the holder of `mobile`. Every attempt is counted at once, outside
   * any transaction. Throws SESSION.WRONG_ONE_TIME_CODE, the same for an unknown number.
   */
  check(
    read: Tx,
    given: { mobile: string; code: string; address: string; now: Date },
  ): Promise<{ codeId: number; personId: number; letInBy: number[] }>;
}

interface IssuedCode {
  code: string;
  expiresAt: Date;
}

export function createBindingCodes({ config }: Core): BindingCodes {
  const keys = parseKeys(config.jwtKeys);
  const signer = [...keys.values()][0] as KeyObject;
  return {
    async issue(tx, { personId, issuedBy, askedBy, clientUuid, now }) {
      const code = codeFor(signer, personId, clientUuid);
      const expiresAt = new Date(now.getTime() + CODE_TTL_MS);
      await insertBindingCode(tx, {
        clientUuid,
        personId,
        codeHash: codeHash(signer, personId, code),
        issuedBy,
        askedBy,
        now,
        expiresAt,
      });
      await endOtherCodes(tx, personId, clientUuid, now);
      return { code, expiresAt };
    },

    async check(read, { mobile, code, address, now }) {
      const person = await findPersonByMobile(read, mobile);
      const open = person === undefined ? undefined : await openCode(read, person.id, now);
      if (person === undefined || open === undefined || !(await takeGuess(read, `code:${open.id}`, address, now))) {
        throw session.WRONG_ONE_TIME_CODE();
      }
      if (!codeMatches(keys.values(), person.id, code, open.codeHash)) throw session.WRONG_ONE_TIME_CODE();
      const letInBy = [open.issuedBy, ...(open.askedBy === null ? [] : [open.askedBy])];
      return { codeId: open.id, personId: person.id, letInBy };
    },
  };
}
