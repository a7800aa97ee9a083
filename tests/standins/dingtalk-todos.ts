import { randomBytes } from 'node:crypto';
import { Refused, type Asked } from './standin-server';

export interface StoredTodo {
  id: string;
  sourceId: string;
  owner: string;
  subject: string;
  description: string;
  dueTime: number;
  executorIds: string[];
  appUrl: string;
  /** Told at once, beside standing in the list. */
  dinged: boolean;
  done: boolean;
}

type Fields = Record<string, unknown>;

const PATH = /^\/v1\.0\/todo\/users\/([^/]+)\/tasks(?:\/(sources\/)?([^/]+))?$/;
const MOST_SUBJECT = 1024;
const MOST_DESCRIPTION = 4096;
const MOST_EXECUTORS = 1000;
/** Seconds instead of milliseconds would lie before this: 2001. */
const FIRST_MS = 1_000_000_000_000;

/** DingTalk's todos: people by unionId, one todo for each source of an owner. */
export class DingtalkTodos {
  readonly all: StoredTodo[] = [];

  constructor(private readonly knows: (unionId: string) => boolean) {}

  /** undefined for a path that is no todo's. */
  answer({ method, path, query, body }: Asked): Fields | Refused | undefined {
    const [whole, owner = '', sources, rest] = (PATH.exec(path) ?? []).map(
      (part: string | undefined) => part && decodeURIComponent(part),
    );
    if (whole === undefined) return undefined;
    if (!this.knows(owner)) return refused('todo.taskCreate.paramError', 'user not exist');
    if (method === 'GET') {
      const found =
        sources === undefined ? undefined : this.all.find((each) => each.owner === owner && each.sourceId === rest);
      return found === undefined ? refused('todo.task.notExist', 'task not exist') : { ...found };
    }
    if (!this.knows(String(query['operatorId']))) return refused('todo.taskCreate.paramError', 'operatorId is invalid');
    if (method === 'POST' && rest === undefined) return this.create(owner, body);
    return method === 'PUT' && rest !== undefined ? this.update(owner, rest, body) : undefined;
  }

  private create(owner: string, body: Fields): Fields | Refused {
    const wrong = typeof body['subject'] === 'string' ? this.fault(body) : 'subject is empty';
    const sourceId = typeof body['sourceId'] === 'string' ? body['sourceId'] : '';
    if (wrong !== undefined) return refused('todo.taskCreate.paramError', wrong);
    if (this.all.some((each) => each.owner === owner && each.sourceId === sourceId)) {
      return refused('todo.taskCreate.paramError', 'task exist');
    }
    const { appUrl = '' } = (body['detailUrl'] ?? {}) as { appUrl?: string };
    const todo: StoredTodo = {
      id: `task${randomBytes(8).toString('hex')}`,
      sourceId,
      owner,
      subject: '',
      description: '',
      dueTime: 0,
      executorIds: [],
      appUrl,
      dinged: (body['notifyConfigs'] as Fields | undefined)?.['dingNotify'] === '1',
      done: false,
    };
    this.all.push(todo);
    apply(todo, body);
    return { id: todo.id, done: false };
  }

  private update(owner: string, id: string, body: Fields): Fields | Refused {
    const todo = this.all.find((each) => each.owner === owner && each.id === id);
    if (todo === undefined) return refused('todo.task.notExist', 'task not exist');
    const wrong = this.fault(body);
    if (wrong !== undefined) return refused('todo.taskUpdate.paramError', wrong);
    apply(todo, body);
    return { result: true };
  }

  private fault({ subject, description, dueTime, executorIds }: Fields): string | undefined {
    if (typeof subject === 'string' && [...subject].length > MOST_SUBJECT) return 'subject is oversize';
    if (typeof description === 'string' && [...description].length > MOST_DESCRIPTION) return 'description is oversize';
    if (dueTime !== undefined && !(Number.isInteger(dueTime) && Number(dueTime) > FIRST_MS))
      return 'dueTime is invalid';
    if (!Array.isArray(executorIds)) return undefined;
    if (executorIds.length > MOST_EXECUTORS) return 'executors is oversize';
    return executorIds.every((each) => this.knows(String(each))) ? undefined : 'executors is invalid';
  }
}

function apply(todo: StoredTodo, { subject, description, dueTime, executorIds, done }: Fields): void {
  if (typeof subject === 'string') todo.subject = subject;
  if (typeof description === 'string') todo.description = description;
  if (typeof dueTime === 'number') todo.dueTime = dueTime;
  if (Array.isArray(executorIds)) todo.executorIds = executorIds.map(String);
  if (typeof done === 'boolean') todo.done = done;
}

function refused(code: string, message: string): Refused {
  return new Refused(400, { code, message, requestid: randomBytes(6).toString('hex') });
}
