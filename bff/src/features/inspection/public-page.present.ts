import { shanghaiTime, businessDate, type BusinessDate } from '../../core/clock';

/** What a stranger may see of a point. */
export interface PublicPoint {
  typeName: string;
  code: string;
  enterprise: string;
  last: { date: BusinessDate; result: string } | null;
  nextBy: BusinessDate;
  keyVersion: number;
  printedOn: BusinessDate | null;
}

const STYLE = `:root{color-scheme:light dark;--page:#f3f4f3;--card:#fff;--ink:#16232b;--ink-2:#4a5a63;--line:#dde3e5;--brand:#0d6b8f}
@media (prefers-color-scheme:dark){:root{--page:#11181c;--card:#1b252b;--ink:#e8eef1;--ink-2:#a9b7be;--line:#2c393f;--brand:#63b7d6}}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);font:17px/1.5 system-ui,-apple-system,"PingFang SC","Noto Sans CJK SC",sans-serif}
main{max-width:420px;min-height:100vh;margin:0 auto;padding:20px 16px 24px;display:flex;flex-direction:column}
header{font-size:15px;color:var(--ink-2);margin-bottom:16px}section{background:var(--card);border-radius:12px;padding:20px}
h1{font-size:22px;line-height:28px;margin:0}h1+p{margin:2px 0 12px;color:var(--ink-2);font-size:15px}
dl{margin:0}dl div{display:flex;justify-content:space-between;gap:16px;padding:11px 0;border-top:1px solid var(--line)}
dt{color:var(--ink-2);font-size:15px;white-space:nowrap}dd{margin:0;text-align:right}dd.big{font-size:20px;font-weight:600}
a{display:block;text-align:center;line-height:52px;border-radius:12px;border:1px solid var(--brand);color:var(--brand);text-decoration:none;font-weight:600;margin-top:16px;background:var(--card)}
.note{font-size:14px;color:var(--ink-2);margin-top:14px}footer{margin-top:auto;padding-top:24px;font-size:13px;color:var(--ink-2)}`;

/** The page behind a valid door code. Works without scripts; is kept out of search engines. */
export function pointPage(point: PublicPoint, now: Date): string {
  const rows: [string, string, boolean][] = [
    ['企业', point.enterprise, false],
    ['最近巡查', point.last === null ? '还没有' : `${point.last.date.slice(5)}\u3000${point.last.result}`, true],
    ['下次不晚于', point.nextBy.slice(5), false],
    ['门牌版本', `第 ${point.keyVersion} 版${point.printedOn === null ? '' : `，${point.printedOn} 印制`}`, false],
    ['核验时刻', `${businessDate(now)} ${shanghaiTime(now)}`, false],
  ];
  const list = rows.map(
    ([name, value, big]) => `<div><dt>${name}</dt><dd${big ? ' class="big"' : ''}>${escape(value)}</dd></div>`,
  );
  return frame(
    point.typeName,
    `<section><h1>${escape(point.typeName)}</h1><p>${escape(point.code)} · 门牌有效</p><dl>${list.join('')}</dl></section>
<a href="tel:12369">发现泄漏、异味，打 12369</a>
<p class="note">企业负责人请在微信小程序内扫码开始巡查。从这里打开不算到场，到场以小程序内扫码、定位和当场拍照为准。</p>`,
  );
}

/** The page behind a code that is not valid: revoked by a newer print, or not one of ours. */
export function invalidPage(kind: 'revoked' | 'unknown'): string {
  const [title, text] =
    kind === 'revoked'
      ? [
          '这张门牌已作废',
          '这个点位换过新的门牌。请扫描门上最新的二维码；如果这就是门上的那张，请告诉乡镇环保专管员更换。',
        ]
      : ['这不是本系统的点位码', '二维码可能破损或不是由本系统印制。请核对门牌，或联系乡镇环保专管员。'];
  return frame(
    title,
    `<section><h1>${title}</h1><p>${text}</p></section><a href="tel:12369">发现泄漏、异味，打 12369</a>`,
  );
}

function frame(title: string, body: string): string {
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${escape(title)}</title><style>${STYLE}</style></head><body><main><header>湖州市环境自巡查 · 点位</header>${body}<footer>这里不公开检查内容与照片。</footer></main></body></html>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
