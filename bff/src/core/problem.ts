/**
 * The error vocabulary. Every refusal is a `Problem` with a stable code; the Chinese message tells the person what to do.
 * Features add theirs with `defineProblems`; the catalogue is complete once the app has been composed.
 */
export interface ProblemKind {
  readonly status: number;
  /** Plain, polite, short; says what to do. */
  readonly message: string;
}

const catalogue = new Map<string, ProblemKind>();

export class Problem<D = unknown> extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
    readonly details?: D,
  ) {
    super(message);
    this.name = 'Problem';
  }
}

type Factories<K extends string> = Readonly<Record<K, (details?: unknown) => Problem>>;

/**
 * Registers codes of the form AREA.NAME and returns one factory per code: `problems.NAME(details)`.
 * Throws at load time when a code is defined twice.
 */
export function defineProblems<K extends string>(
  area: string,
  kinds: Record<K, readonly [number, string]>,
): Factories<K> {
  const factories = {} as Record<K, (details?: unknown) => Problem>;
  for (const name of Object.keys(kinds) as K[]) {
    const [status, message] = kinds[name];
    const code = `${area}.${name}`;
    if (catalogue.has(code)) throw new Error(`problem ${code} is defined twice`);
    catalogue.set(code, { status, message });
    factories[name] = (details?: unknown) => new Problem(code, status, message, details);
  }
  return factories;
}

/** Every code known to the process, for the documentation and its tests. */
export function problemCatalogue(): ReadonlyMap<string, ProblemKind> {
  return catalogue;
}

/** The vocabulary of the wire itself, shared by all features. */
export const wire = defineProblems('WIRE', {
  INVALID: [400, '提交的内容不符合要求，请按提示修改后再试。'],
  BROKEN_JSON: [400, '提交的内容无法读取，请更新应用后再试。'],
  WRONG_CONTENT_TYPE: [415, '请求格式不支持，请更新应用后再试。'],
  CONFLICT: [409, '刚刚有人提交了相同的内容，请刷新后再试。'],
  DIFFERENT_CONTENT: [409, '同一编号的内容之前已经提交过，与这次不同，这次没有生效；请刷新后重新填写。'],
  ALREADY: [409, '这次提交之前已经收到并处理，没有重复处理；请刷新查看结果。'],
  TOO_LARGE: [413, '提交的内容过大，请减少后再试。'],
  NOT_FOUND: [404, '没有找到，可能已被删除，或不在您的管辖范围内。'],
  METHOD_NOT_ALLOWED: [405, '不支持这种操作，请更新应用后再试。'],
  TOO_MANY_REQUESTS: [429, '操作太频繁，请稍候再试。'],
  BUSY: [503, '系统正忙，请稍后再试；您的内容没有丢失，请不要关闭页面。'],
  INTERNAL: [500, '系统出了问题，我们已记录。请稍后再试；如再次出现，请把编号告诉管理员。'],
});

/** Who is asking, and may they. */
export const auth = defineProblems('AUTH', {
  TOKEN_MISSING: [401, '请先登录。'],
  TOKEN_INVALID: [401, '登录凭证无效，请重新登录。'],
  TOKEN_EXPIRED: [401, '登录已过期，请重新登录。'],
  TOKEN_REVOKED: [401, '您的账号已停用或已换绑，请重新登录或联系管理员。'],
  ROLE_NOT_ALLOWED: [403, '您的身份不能进行这项操作。'],
  PASSWORD_CHANGE_NEEDED: [403, '您用的是一次性密码，请先设置自己的密码。'],
  CITY_ONLY: [403, '这项内容全市统一，请由市级账号办理。'],
  FOREIGN_ORIGIN: [403, '请从系统页面内操作。'],
});
