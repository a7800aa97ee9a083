import type { Clock } from '../core/clock';
import type { Config } from '../core/config';
import type { CallPace } from './call-pace';
import { miniAppLink } from './dingtalk-link';
import { closedUntil } from './errcode-api';
import { GatewayError, type Quota } from './gateway-error';
import { callJson, type JsonCall } from './json-call';
import { cutToBytes } from './message-text';
import { PlatformToken } from './platform-token';
import type { WorkTodo, WorkTodos } from './work-chat';

type Fields = Record<string, unknown>;

/** Two at once, too many a second, out of order: all pass by themselves. */
const PASSES = /lockError|flowControl|systemError|Throttling/;
const TOKEN_REFUSED = 'InvalidAuthentication';
const GONE = /notExist/i;
/** The platform's limits are in characters and larger. */
const SUBJECT_BYTES = 900;
const DESCRIPTION_BYTES = 3000;
const URGENT = 40;
const NORMAL = 20;

/** DingTalk's todos (the newer API). People are named by their unionId. */
export function createDingtalkTodos(
  config: Extract<Config['workChat'], { kind: 'dingtalk' }>,
  clock: Clock,
  pace: CallPace,
): WorkTodos {
  const call = async (
    method: JsonCall['method'],
    path: string,
    query: Record<string, string>,
    headers: Record<string, string>,
    body?: Fields,
  ) => {
    const url = new URL(path, config.openApi);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const api = `${method} ${path.split('/').slice(0, 3).join('/')}`;
    await pace.turn('dingtalk', api);
    const asked = {
      system: 'dingtalk',
      method,
      url,
      headers,
      ...(body === undefined ? {} : { body }),
      refusal,
    } as const;
    return callJson(asked).catch(async (error: unknown) => {
      const quota = error instanceof GatewayError ? error.quota : undefined;
      const closed = quota === undefined ? undefined : closedUntil(quota, clock.now());
      if (closed !== undefined) await pace.close('dingtalk', api, closed);
      throw error;
    });
  };
  const token = new PlatformToken(async () => {
    const credentials = { appKey: config.appKey, appSecret: config.appSecret };
    const answer = await call('POST', '/v1.0/oauth2/accessToken', {}, {}, credentials);
    return { token: String(answer['accessToken']), expiresInS: Number(answer['expireIn']) };
  }, clock);

  /** Under the tasks of the owner, who is also the one who acts. A token that is refused is fetched anew once. */
  async function owned(method: JsonCall['method'], ownerUnionId: string, rest: string, body?: Fields): Promise<Fields> {
    const path = `/v1.0/todo/users/${encodeURIComponent(ownerUnionId)}/tasks${rest}`;
    const query: Record<string, string> = method === 'GET' ? {} : { operatorId: ownerUnionId };
    const attempt = (held: string) => call(method, path, query, { 'x-acs-dingtalk-access-token': held }, body);
    const first = await token.get();
    try {
      return await attempt(first);
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== TOKEN_REFUSED) throw error;
      token.drop(first);
      return attempt(await token.get());
    }
  }

  async function change(taskId: string, ownerUnionId: string, body: Fields): Promise<void> {
    try {
      await owned('PUT', ownerUnionId, `/${encodeURIComponent(taskId)}`, body);
    } catch (error) {
      // Somebody deleted it there: there is nothing left to bring up.
      if (!(error instanceof GatewayError) || !GONE.test(String(error.code))) throw error;
    }
  }

  const contentOf = (todo: WorkTodo): Fields => ({
    subject: cutToBytes(todo.subject, SUBJECT_BYTES),
    description: cutToBytes(todo.description, DESCRIPTION_BYTES),
    dueTime: todo.dueAt.getTime(),
    executorIds: [...todo.executorUnionIds],
  });

  return {
    async create(todo) {
      const link = miniAppLink(config, todo.page);
      try {
        const made = await owned('POST', todo.ownerUnionId, '', {
          ...contentOf(todo),
          sourceId: todo.source,
          creatorId: todo.ownerUnionId,
          detailUrl: { appUrl: link, pcUrl: link },
          isOnlyShowExecutor: true,
          priority: todo.urgent ? URGENT : NORMAL,
          ...(todo.urgent ? { notifyConfigs: { dingNotify: '1' } } : {}),
        });
        return idOf(made);
      } catch (error) {
        if (!(error instanceof GatewayError) || !/task exist/i.test(error.message)) throw error;
        // An earlier call went through and its answer was lost; what the todo says may have changed since.
        const id = idOf(await owned('GET', todo.ownerUnionId, `/sources/${encodeURIComponent(todo.source)}`));
        await change(id, todo.ownerUnionId, { ...contentOf(todo), done: false });
        return id;
      }
    },
    update: (taskId, todo) => change(taskId, todo.ownerUnionId, { ...contentOf(todo), done: false }),
    finish: (taskId, ownerUnionId) => change(taskId, ownerUnionId, { done: true }),
  };
}

/** This API refuses with a status and a code in words. */
function refusal(status: number, { code, message }: Fields): GatewayError | undefined {
  if (typeof code !== 'string') return undefined;
  const quota = quotaOf(code);
  const passes = quota !== undefined || status === 401 || status === 429 || status >= 500 || PASSES.test(code);
  return new GatewayError('dingtalk', code, String(message), passes, quota);
}

/** Forbidden.AccessDenied.QpsLimitForAppkeyAndApi, …QpsLimitForApi; …ApiCountLimitForOrg for those of a month. */
function quotaOf(code: string): Quota | undefined {
  if (/CountLimit/.test(code)) return 'month';
  return /QpsLimit/.test(code) ? 'second' : undefined;
}

function idOf(answer: Fields): string {
  const { id } = answer;
  if (typeof id === 'string' && id !== '') return id;
  throw new GatewayError('dingtalk', 'no_json', 'the answer has no id', true);
}
