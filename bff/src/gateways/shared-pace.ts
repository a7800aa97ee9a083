import { setTimeout as sleep } from 'node:timers/promises';
import { businessDate, type Clock } from '../core/clock';
import type { Tx } from '../core/database';
import { InGroups } from '../core/in-groups';
import type { CallPace } from './call-pace';
import { GatewayError } from './gateway-error';

type System = Parameters<CallPace['turn']>[0];

/**
 * Calls a second to one interface. DingTalk's standard edition takes 20 (reference: its description of limits); two less
 * leave room for calls that the network pushes together. 浙政钉 publishes none and is given the same. WeChat's
 * subscribe messages have no limit so tight.
 */
const PER_SECOND: Readonly<Record<System, number | undefined>> = { dingtalk: 18, zwdd: 18, wechat: undefined };

/** Who would wait longer is told so: a login must fail while the person still looks. */
const PATIENCE_US = 5_000_000;
/** Nobody reserves as far ahead: the clock of the database was set back, or another server has taken over. */
const ABSURD_US = 60_000_000;
const CLOSED_US = 1_000_000_000_000;
/** Calls that ask at the same time take their turns in one statement; without the database nobody has one. */
const GROUPS = { most: 200, lanes: 2, quickMs: 500, isWhole: () => true };

/** The database's clock, so that instances agree. */
const NOW = 'CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)';
const NEXT = `IF(next_us > ${NOW} + ${ABSURD_US}, ${NOW}, GREATEST(next_us, ${NOW}))`;
const WAIT = `IF(closed_until > ?, ${CLOSED_US}, ${NEXT} - ${NOW})`;

/**
 * One row for each interface and month, one statement for all calls that ask at the same time: it takes their turns and
 * counts them. LAST_INSERT_ID(x) brings the wait back with the answer. Values: api, month, calls, step of all, closed as
 * of, calls, closed as of, step of all
 */
const TAKE = `INSERT INTO platform_call (api, month, calls, next_us) VALUES (?, ?, ?, ${NOW} + ?)
  ON DUPLICATE KEY UPDATE
    calls = calls + IF(LAST_INSERT_ID(${WAIT}) > ${PATIENCE_US}, 0, ?),
    next_us = IF(${WAIT} > ${PATIENCE_US}, next_us, ${NEXT} + ?)`;

/** Turns through the database: whatever the number of instances, a platform sees one caller that keeps its limits. */
export class SharedPace implements CallPace {
  private readonly groups = new Map<string, InGroups<null, number>>();

  constructor(
    private readonly tx: Tx,
    private readonly clock: Clock,
  ) {}

  async turn(system: System, api: string): Promise<void> {
    const name = `${system} ${api}`;
    let group = this.groups.get(name);
    if (group === undefined) {
      group = new InGroups((calls) => this.take(system, name, calls.length), GROUPS);
      this.groups.set(name, group);
    }
    const waitUs = await group.submit(null);
    if (waitUs >= CLOSED_US) throw new GatewayError(system, 'closed', 'a quota is used up', true);
    if (waitUs > PATIENCE_US) throw new GatewayError(system, 'paced', 'too many calls wait', true, 'second');
    if (waitUs > 0) await sleep(Math.ceil(waitUs / 1000));
  }

  async close(system: System, api: string, until: Date): Promise<void> {
    await this.tx.execute(
      `INSERT INTO platform_call (api, month, closed_until) VALUES (?, ?, ?)
       ON DUPLICATE KEY UPDATE closed_until = VALUES(closed_until)`,
      [`${system} ${api}`, this.month(), until],
    );
  }

  /** Until when the interface is closed; undefined while it is open. */
  async closedUntil(system: System, api: string): Promise<Date | undefined> {
    const [row] = await this.tx.query<{ closed_until: Date }>(
      'SELECT closed_until FROM platform_call WHERE api = ? AND month = ? AND closed_until > ?',
      [`${system} ${api}`, this.month(), this.clock.now()],
    );
    return row?.closed_until;
  }

  /** Calls of this month, by interface. */
  usage(): Promise<{ api: string; calls: number }[]> {
    return this.tx.query('SELECT api, calls FROM platform_call WHERE month = ? ORDER BY api', [this.month()]);
  }

  private async take(system: System, name: string, calls: number): Promise<{ value: number }[]> {
    const perSecond = PER_SECOND[system];
    const stepUs = perSecond === undefined ? 0 : Math.ceil(1_000_000 / perSecond);
    const now = this.clock.now();
    const all = calls * stepUs;
    const { insertId } = await this.tx.execute(TAKE, [name, this.month(), calls, all, now, calls, now, all]);
    return Array.from({ length: calls }, (_, index) => ({ value: insertId + index * stepUs }));
  }

  private month(): string {
    return businessDate(this.clock.now()).slice(0, 7);
  }
}
