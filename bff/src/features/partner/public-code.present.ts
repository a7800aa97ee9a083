import { createHash } from 'node:crypto';
import { businessDate, shanghaiTime } from '../../core/clock';
import type { Colour } from '../healthcode';

/** What a stranger may see of an enterprise: nothing else. */
export interface PublicCode {
  name: string;
  colour: Colour;
  since: Date;
  /** The code was shown so long ago that it is probably a picture. */
  old: boolean;
}

const COLOURS: Readonly<Record<Colour, string>> = {
  green: '绿码',
  blue: '蓝码',
  yellow: '黄码',
  red: '红码',
  black: '黑码',
};

const STYLE = `:root{color-scheme:light dark;--page:#f3f4f3;--card:#fff;--ink:#16232b;--ink-2:#4a5a63;--line:#dde3e5;--brand:#0d6b8f;--warn:#fdf0d5;--warn-ink:#5c3d00}
@media (prefers-color-scheme:dark){:root{--page:#11181c;--card:#1b252b;--ink:#e8eef1;--ink-2:#a9b7be;--line:#2c393f;--brand:#63b7d6;--warn:#3a2d10;--warn-ink:#f4d694}}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);font:17px/1.5 system-ui,-apple-system,"PingFang SC","Noto Sans CJK SC",sans-serif}
main{max-width:420px;min-height:100vh;margin:0 auto;padding:20px 16px 24px;display:flex;flex-direction:column}
header{font-size:15px;color:var(--ink-2);margin-bottom:16px}section{background:var(--card);border-radius:12px;overflow:hidden;border:1px solid var(--line)}
.code{padding:36px 20px 28px;text-align:center}.code strong{display:block;font-size:72px;line-height:84px;font-weight:700}.code span{font-size:17px}
.stripe{height:8px;background:repeating-linear-gradient(115deg,#0004 0 14px,transparent 14px 28px);background-size:31px 8px;animation:move 1.2s linear infinite}
@keyframes move{to{background-position:31px 0}}@media (prefers-reduced-motion:reduce){.stripe{animation:none}}
.green{background:#0b7d4b;color:#fff}.blue{background:#1c62c4;color:#fff}.yellow{background:#e8a200;color:#241a00}.red{background:#c22f2b;color:#fff}.black{background:#23272e;color:#fff}
.body{padding:20px}h1{font-size:22px;line-height:30px;margin:0 0 8px}dl{margin:0}dl div{display:flex;justify-content:space-between;gap:16px;padding:11px 0;border-top:1px solid var(--line)}
dt{color:var(--ink-2);font-size:15px;white-space:nowrap}dd{margin:0;text-align:right;font-size:20px;font-weight:600}
.old{background:var(--warn);color:var(--warn-ink);border-radius:12px;padding:12px 16px;margin:0 0 16px}
.note{font-size:14px;color:var(--ink-2);margin-top:14px}footer{margin-top:auto;padding-top:24px;font-size:13px;color:var(--ink-2)}`;

/** Nothing is loaded, run, sent or framed; only the style above is applied. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The page behind the QR of an enterprise's code. */
export function codePage({ name, colour, since, old }: PublicCode, now: Date): string {
  const zh = COLOURS[colour];
  return frame(
    `${zh} · ${name}`,
    `${old ? '<p class="old" role="status">截图可能已过期：这个二维码不是刚刚出示的。下面是现在的状态，请以此为准。</p>' : ''}
<section><div class="code ${colour}"><strong>${zh}</strong><span>${businessDate(since)} 起</span></div><div class="stripe ${colour}"></div>
<div class="body"><h1>${escape(name)}</h1><dl><div><dt>核验时刻</dt><dd>${businessDate(now).slice(5)} ${time(now)}</dd></div></dl></div></section>
<p class="note">截图不能作为凭证。以扫码后打开、核验时刻为当前时间的页面为准。</p>`,
  );
}

/** The page behind a code that says nothing: not one of ours, or none that holds now. */
export function noCodePage(kind: 'unknown' | 'updating'): string {
  const [title, text] =
    kind === 'updating'
      ? ['健康码正在更新', '这家企业的健康码正在重新评估，请稍后再扫一次。']
      : ['这不是有效的企业健康码', '二维码可能破损，或不是由本系统生成。请让企业在小程序里重新出示。'];
  return frame(title, `<section><div class="body"><h1>${title}</h1><p>${text}</p></div></section>`);
}

function frame(title: string, body: string): string {
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${escape(title)}</title><style>${STYLE}</style></head><body><main><header>湖州市环境自巡查 · 企业健康码</header>${body}<footer>这里只公开企业名称、颜色、起始日期和核验时刻。</footer></main></body></html>`;
}

function time(now: Date): string {
  return `${shanghaiTime(now)}:${String(now.getUTCSeconds()).padStart(2, '0')}`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
