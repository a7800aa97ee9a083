import type { Database } from '../../bff/src/core/database';

export interface DemoAccount {
  role: 'officer' | 'township' | 'enforcement' | 'regulator';
  name: string;
  mobile: string;
  place: string;
  username: string | null;
}

/** One person of each role, to be named when the demo is ready: the first by id. */
export async function demoAccounts(db: Database): Promise<DemoAccount[]> {
  return db.read.query<DemoAccount>(
    `SELECT g.role, p.name, p.mobile, COALESCE(e.name, r.name, g.region_prefix) AS place, w.username
     FROM (SELECT role, MIN(person_id) AS person_id FROM person_grant GROUP BY role) first
     JOIN person_grant g ON g.role = first.role AND g.person_id = first.person_id
     JOIN person p ON p.id = g.person_id AND p.demo
     LEFT JOIN enterprise e ON e.id = g.enterprise_id
     LEFT JOIN region r ON r.code = g.region_prefix
     LEFT JOIN web_login w ON w.person_id = p.id
     ORDER BY FIELD(g.role, 'officer', 'township', 'enforcement', 'regulator')`,
  );
}

export interface ChatUser {
  name: string;
  mobile: string;
  /** openid, or user id of the work chat; null for a person who has not bound one yet. */
  subject: string | null;
  unionId: string | null;
  personId: number;
}

/** The demo's people as the stand-in of their chat app must know them. */
export async function chatUsers(db: Database, kind: 'wechat' | 'work-chat'): Promise<ChatUser[]> {
  const [roles, providers] =
    kind === 'wechat'
      ? [['officer'], ['wechat']]
      : [
          ['township', 'enforcement', 'regulator'],
          ['dingtalk', 'zwdd'],
        ];
  return db.read.query<ChatUser>(
    `SELECT DISTINCT p.id AS personId, p.name, p.mobile, i.subject, i.union_id AS unionId
     FROM person p JOIN person_grant g ON g.person_id = p.id AND g.role IN (?)
     LEFT JOIN person_identity i ON i.person_id = p.id AND i.provider IN (?)
     WHERE p.demo`,
    [roles, providers],
  );
}

/** Consents left, by openid and template name; the WeChat stand-in keeps the same account as our ledger. */
export async function consentsLeft(db: Database): Promise<{ openid: string; template: string; remaining: number }[]> {
  return db.read.query(
    `SELECT i.subject AS openid, c.template, c.remaining FROM consent c
     JOIN person_identity i ON i.person_id = c.person_id AND i.provider = 'wechat' WHERE c.remaining > 0`,
  );
}
