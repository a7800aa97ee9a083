import { access } from 'node:fs/promises';
import path from 'node:path';
import { send } from '@koa/send';
import type { Context, Middleware } from 'koa';
import helmet from 'koa-helmet';

export interface PhoneAppPages {
  /** Output of the browser build. */
  folder: string;
  /** Origin of the object store: photos go there straight from the browser. */
  storeOrigin: string;
}

const MOUNT = '/app/';
const YEAR_MS = 365 * 86_400_000;
/** The build writes a hash of the content into the names of what may be kept for ever. */
const HASHED = /\.[0-9a-f]{8,}\.(?:chunk\.)?\w+$/;

/** Serves the browser build of the phone app under /app/: the way in for whoever's chat app fails. */
export function phoneAppPages({ folder, storeOrigin }: PhoneAppPages): Middleware {
  const policy = helmet.contentSecurityPolicy({
    directives: {
      upgradeInsecureRequests: null,
      connectSrc: ["'self'", storeOrigin],
      imgSrc: ["'self'", 'data:', 'blob:', 'https:', storeOrigin],
      mediaSrc: ["'self'", 'blob:'],
      workerSrc: ["'self'", 'blob:'],
    },
  });
  return async (ctx, next) => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return void (await next());
    if (ctx.path === '/app') return ctx.redirect(MOUNT + ctx.search);
    if (!ctx.path.startsWith(MOUNT)) return void (await next());
    await policy(ctx, async () => undefined);
    ctx.set('permissions-policy', 'camera=(self), geolocation=(self), microphone=()');
    if (await isThere(path.join(folder, 'index.html'))) return sendFile(ctx, folder);
    ctx.status = 503;
    ctx.type = 'html';
    ctx.set('cache-control', 'no-store');
    ctx.body = NOT_BUILT;
  };
}

async function sendFile(ctx: Context, folder: string): Promise<void> {
  const file = ctx.path.slice(MOUNT.length);
  try {
    const hashed = HASHED.test(file);
    // Everything else, sw.js and index.html first of all, is asked for again each time: a new build shows at once.
    if (!hashed) ctx.set('cache-control', 'no-cache');
    await send(ctx, file === '' ? 'index.html' : file, {
      root: folder,
      ...(hashed ? { maxage: YEAR_MS, immutable: true } : {}),
    });
  } catch (error) {
    const { status } = error as { status?: number };
    if (status === undefined || status >= 500) throw error;
    // Not a file of the build: the frame answers 404.
    for (const header of ['cache-control', 'content-encoding']) ctx.remove(header);
    return;
  }
  ctx.vary('accept-encoding');
  // Koa destroys the file's stream when the body is replaced.
  if (ctx.fresh) ctx.status = 304;
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

const NOT_BUILT = `<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>手机网页版还没有生成</title>
<h1>手机网页版还没有生成</h1>
<p>服务器在运行，微信小程序和接口不受影响；只是这台服务器上还没有网页版的文件。</p>
<p>请管理员先生成网页版，再打开本页。</p>
</html>
`;
