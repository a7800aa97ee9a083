import type { Clock } from '../../bff/src/core/clock';
import { businessDate } from '../../bff/src/core/clock';
import { KeptLines } from './kept-lines';

/** A work notification as the receiver sees it. */
export interface ChatCard {
  at: string;
  /** userid, or accountId of 浙政钉. */
  user: string;
  title: string;
  text: string;
  url: string;
}

interface Task {
  at: number;
  receivers: Map<string, 'unread' | 'invalid' | number>;
}

const DAY_MS = 86_400_000;
const MOST_BYTES = 2048;
const MOST_RECEIVERS = 100;
const PER_USER_AND_DAY = 500;
const PER_MINUTE = 5000;
const MINUTE_QUOTA = 143103;
const DAILY_CAP = 143105;
const DUPLICATE = 143106;

type Answer = Record<string, unknown>;

/**
 * DingTalk's work notifications: a message over a limit is taken and dropped without a word, which only the result of
 * its task tells, a while later and for a day.
 */
export class DingtalkMessages {
  private readonly delivered: KeptLines<ChatCard>;
  private readonly tasks: Task[] = [];
  private readonly seen = new Set<string>();
  private readonly counts = new Map<string, number>();
  private readonly planned: { user: string; result: 'invalid' | number; times: number }[] = [];
  /** Until a result is known. */
  resultAfterMs = 5_000;

  constructor(
    private readonly clock: Clock,
    private readonly agentId: string,
    private readonly knows: (userid: string) => boolean,
    keptIn: string | undefined,
  ) {
    this.delivered = new KeptLines(keptIn);
  }

  /** What arrived, oldest first. */
  cards(): readonly ChatCard[] {
    return this.delivered.rows;
  }

  /** The next messages to this user end so. */
  plan(user: string, result: 'invalid' | number, times = 1): void {
    this.planned.push({ user, result, times });
  }

  send(body: Answer): Answer | { errcode: number; errmsg: string } {
    const users = String(body['userid_list'])
      .split(',')
      .filter((user) => user !== '' && user !== 'undefined');
    const msg = JSON.stringify(body['msg'] ?? null);
    if (String(body['agent_id']) !== this.agentId) return { errcode: 40056, errmsg: '不合法的agentid' };
    if (users.length === 0) return { errcode: 1430000, errmsg: '没有接收者' };
    if (users.length > MOST_RECEIVERS) return { errcode: 40035, errmsg: '接收者超过100人' };
    if (Buffer.byteLength(msg) > MOST_BYTES) return { errcode: 40035, errmsg: '消息超过2048字节' };
    const card = cardOf(body['msg']);
    if (card === undefined) return { errcode: 40035, errmsg: '不合法的参数' };
    const task: Task = { at: this.clock.now().getTime(), receivers: new Map() };
    for (const user of users) task.receivers.set(user, this.deliver(user, msg, card));
    this.tasks.push(task);
    return { errcode: 0, errmsg: 'ok', task_id: this.tasks.length };
  }

  result(body: Answer): Answer {
    const task = this.tasks[Number(body['task_id']) - 1];
    const age = this.clock.now().getTime() - (task?.at ?? 0);
    const known = task !== undefined && age >= this.resultAfterMs && age < DAY_MS;
    const all = known ? [...task.receivers] : [];
    const those = (state: unknown) => all.filter(([, result]) => result === state).map(([user]) => user);
    const forbidden = all.flatMap(([userid, result]) => (typeof result === 'number' ? [{ code: result, userid }] : []));
    return {
      errcode: 0,
      errmsg: 'ok',
      send_result: {
        invalid_user_id_list: those('invalid'),
        forbidden_user_id_list: forbidden.map(({ userid }) => userid),
        failed_user_id_list: [],
        read_user_id_list: [],
        unread_user_id_list: those('unread'),
        invalid_dept_id_list: [],
        forbidden_list: forbidden.map(({ code, userid }) => ({ code: String(code), count: 1, userid })),
      },
    };
  }

  private deliver(user: string, msg: string, card: Omit<ChatCard, 'at' | 'user'>): 'unread' | 'invalid' | number {
    const planned = this.planned.find((each) => each.user === user && each.times > 0);
    if (planned !== undefined) {
      planned.times -= 1;
      return planned.result;
    }
    if (!this.knows(user)) return 'invalid';
    const now = this.clock.now();
    const day = businessDate(now);
    if (this.seen.has(`${day} ${user} ${msg}`)) return DUPLICATE;
    if (this.counted(`minute ${Math.floor(now.getTime() / 60_000)}`) > PER_MINUTE) return MINUTE_QUOTA;
    if (this.counted(`day ${day} ${user}`) > PER_USER_AND_DAY) return DAILY_CAP;
    this.seen.add(`${day} ${user} ${msg}`);
    this.delivered.add({ at: now.toISOString(), user, ...card });
    return 'unread';
  }

  private counted(key: string): number {
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    return count;
  }
}

/** An action card within its own limits. */
function cardOf(msg: unknown): Omit<ChatCard, 'at' | 'user'> | undefined {
  const { msgtype, action_card: card } = (msg ?? {}) as { msgtype?: unknown; action_card?: Record<string, unknown> };
  const { title, markdown, single_title: button, single_url: url } = card ?? {};
  const texts = [title, markdown, button, url].filter((text) => typeof text === 'string' && text !== '') as string[];
  if (msgtype !== 'action_card' || texts.length < 4) return undefined;
  const [name = '', text = '', label = '', link = ''] = texts;
  return [...label].length > 20 || link.length > 500 ? undefined : { title: name, text, url: link };
}
