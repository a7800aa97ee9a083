import type { Share, Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import { hashPassword, oneTimePassword } from './password.service';
import { findPersonByMobile } from './person.store';
import { findLogin, findLoginOf, givePassword } from './web-login.store';

/** Where two must decide, two are needed to begin with; from then on they enter the others. */
const FOUNDERS = 2;

export interface Founder {
  name: string;
  mobile: string;
  /** GB/T 2260 prefix that he is responsible for. */
  region: string;
  username: string;
}

/** Why somebody is not made a founder; the message is one line for the person at the console. */
export class FounderRefused extends Error {}

/**
 * Makes one of the first two regulators of a region, with a password for one sign-in, which it returns: nobody is there yet
 * who could enter them. The same order again, before he has set a password of his own, gives another. Throws FounderRefused.
 */
export async function createFounder(
  { db, events }: { db: Share; events: EventLog },
  founder: Founder,
  now: Date,
): Promise<string> {
  const password = oneTimePassword();
  const stored = await hashPassword(password);
  await db.transaction(async (tx) => {
    // A row that is always there: two at the console at once come one after the other.
    await tx.query("SELECT name FROM migration WHERE name = '0021_passwords.sql' FOR UPDATE");
    const personId = (await notYetIn(tx, founder)) ?? (await enter(tx, founder, now));
    const { username } = founder;
    await givePassword(tx, { personId, username, password: stored, issuedBy: null, askedBy: null, now });
    await events.append(tx, [
      {
        type: 'person.founded',
        subject: { type: 'person', id: personId },
        actorId: null,
        payload: { role: 'regulator', region: founder.region },
      },
    ]);
  });
  return password;
}

/** The founder of this very order who has not come in yet: his password got lost, or lay about too long. */
async function notYetIn(tx: Tx, { name, mobile, region, username }: Founder): Promise<number | undefined> {
  const person = await findPersonByMobile(tx, mobile);
  if (person === undefined) return undefined;
  const login = await findLoginOf(tx, person.id);
  const [grant] = await tx.query(
    "SELECT 1 FROM person_grant WHERE person_id = ? AND role = 'regulator' AND region_prefix = ?",
    [person.id, region],
  );
  const waits = login !== undefined && login.mustChange && login.issuedBy === null && login.username === username;
  if (!waits || grant === undefined || person.name !== name || !person.active) {
    throw new FounderRefused(`The mobile number ${mobile} belongs to somebody who is entered already.`);
  }
  return person.id;
}

async function enter(tx: Tx, { name, mobile, region, username }: Founder, now: Date): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    `SELECT COUNT(DISTINCT p.id) AS n FROM person_grant g JOIN person p ON p.id = g.person_id AND p.active
     WHERE g.role = 'regulator' AND ? LIKE CONCAT(g.region_prefix, '%')`,
    [region],
  );
  if ((row?.n ?? 0) >= FOUNDERS) {
    throw new FounderRefused(
      `Region ${region} has ${row?.n} active regulators: one of them enters him, another one confirms him.`,
    );
  }
  if ((await findLogin(tx, username)) !== undefined) {
    throw new FounderRefused(`The username ${username} is taken; choose another.`);
  }
  const { insertId } = await tx.execute('INSERT INTO person (name, mobile, created_at) VALUES (?, ?, ?)', [
    name,
    mobile,
    now,
  ]);
  await tx.execute("INSERT INTO person_grant (person_id, role, region_prefix) VALUES (?, 'regulator', ?)", [
    insertId,
    region,
  ]);
  return insertId;
}
