import type { Context, Middleware } from 'koa';

/** What the pages show of one stand-in, and what a person could do in its chat app. */
export interface Shown {
  name: string;
  title: string;
  received(): readonly object[];
  /** POST /standin/<name>/<action>?mobile=…: answers what the chat app would hand to ours. Throws for an unknown person. */
  actions: Readonly<Record<string, (mobile: string, query: Readonly<Record<string, unknown>>) => object>>;
}

const STYLE = `body{font:15px/1.6 system-ui,sans-serif;margin:24px auto;max-width:1000px;padding:0 16px;color:#1c2b33;background:#f5f6f6}
h1{font-size:20px}table{width:100%;border-collapse:collapse;background:#fff;border-radius:12px}td{padding:8px 12px;border-top:1px solid #e3e8ea;vertical-align:top}
pre{margin:0;white-space:pre-wrap;word-break:break-all;font-size:13px}time{color:#5b6b73;white-space:nowrap}`;
const SHOWN_ROWS = 200;

/** Makes what the stand-ins received readable under /standin/<name>: a page for people, JSON for programs. */
export function standInPages(all: readonly Shown[]): Middleware {
  return async (ctx, next) => {
    const [, root, name, action] = ctx.path.split('/');
    if (root !== 'standin') return void (await next());
    const shown = all.find((each) => each.name === name);
    if (name === undefined || name === '') {
      ctx.body = {
        standins: all.map((each) => ({ name: each.name, title: each.title, url: `/standin/${each.name}` })),
      };
      return;
    }
    if (shown === undefined) return void (await next());
    if (ctx.method === 'POST' && action !== undefined) return act(ctx, shown, action);
    const rows = [...shown.received()].reverse().slice(0, SHOWN_ROWS);
    if (ctx.accepts('json', 'html') === 'html') page(ctx, shown, rows);
    else ctx.body = { title: shown.title, received: rows };
  };
}

function act(ctx: Context, shown: Shown, action: string): void {
  const perform = shown.actions[action];
  const { mobile } = ctx.query;
  if (perform === undefined || typeof mobile !== 'string') return;
  try {
    ctx.body = perform(mobile, ctx.query);
  } catch {
    ctx.status = 404;
    ctx.body = { message: `没有手机号为 ${mobile.slice(0, 20)} 的演示人员。` };
  }
}

function page(ctx: Context, shown: Shown, rows: readonly object[]): void {
  const cells = rows.map((row) => {
    const { at, ...rest } = row as { at?: string };
    return `<tr><td><time>${escape(at ?? '')}</time></td><td><pre>${escape(JSON.stringify(rest, null, 1))}</pre></td></tr>`;
  });
  const body = cells.length === 0 ? '<p>还没有收到任何内容。</p>' : `<table>${cells.join('')}</table>`;
  ctx.type = 'html';
  ctx.body = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>${escape(shown.title)}</title><style>${STYLE}</style><h1>${escape(shown.title)}</h1><p>最近 ${rows.length} 条，新的在前。</p>${body}`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
