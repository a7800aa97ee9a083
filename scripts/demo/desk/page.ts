import type { County, DeskOfficer, DeskSpecialist } from './officer';

export interface DeskPage {
  officer: DeskOfficer;
  specialist: DeskSpecialist | undefined;
  county: County;
  points: number;
  /** Whether the chat app is a stand-in whose messages can be shown. */
  wechat: boolean;
}

/** The frame of the desk; desk.js fills in what changes. */
export function deskPage({ officer, specialist, county, points, wechat }: DeskPage): string {
  const facts = `${county.name} ${county.enterprises} 家企业、${county.points} 个点位，${county.days} 天历史；全部数据为虚构`;
  return `<!doctype html>
<html lang="zh-CN" class="theme-light">
<head>
<meta charset="utf-8">
<title>湖州市环境自巡查 · 演示</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/desk/tokens.css">
<link rel="stylesheet" href="/desk/desk.css">
<script src="/desk/desk.js" type="module"></script>
</head>
<body>
<header class="head">
<svg width="28" height="28" viewBox="0 0 24 24" fill="none" aria-hidden="true">
<rect width="24" height="24" rx="6" fill="var(--brand)"/>
<path d="M5 15.5c1.8-1.7 3.2-1.7 4.7 0s2.9 1.7 4.6 0 3-1.7 4.7 0" stroke="#fff" stroke-width="1.8" stroke-linecap="round"/>
<path d="M8 9.6l2.6 2.6L16.4 6.4" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>
</svg>
<h1>湖州市环境自巡查</h1>
<span class="tag">演示</span>
<span class="facts">${escape(facts)}</span>
${specialist === undefined ? '' : `<button type="button" class="btn" id="township">专管员 ${escape(specialist.name)} 的手机 ›</button>`}
<a class="btn" id="public-page" target="_blank" rel="noopener" hidden>点位公示页 ›</a>
</header>
<main class="table">
<section class="inbox" aria-labelledby="t1">
<h2 id="t1"><i>1</i>微信收到消息</h2>
<p>${wechat ? '点一条，手机打开对应页面。' : '微信接的是真实账号，消息在真实的手机上。'}</p>
<div id="messages" class="messages"></div>
<div id="specialist-inbox" class="specialist" hidden>
<h3>专管员${specialist === undefined ? '' : ` ${escape(specialist.name)} `}的钉钉</h3>
<div id="specialist-messages" class="messages"></div>
</div>
<div class="try">
<h3>再试试</h3>
<button type="button" id="signal">断网填报，联网后自动送达</button>
<button type="button" id="revoked">扫一张作废的门牌</button>
</div>
</section>
<section class="hand" aria-labelledby="t2">
<h2 id="t2"><i>2</i>环保负责人 ${escape(officer.name)}</h2>
<p class="one-line">${escape(officer.enterprise)}，${escape(officer.industry)}，${points} 个点位。</p>
<div class="device"><div class="screen">
<div class="bar"><b id="phone-time"></b><span id="phone-signal"></span></div>
<iframe id="phone" title="${escape(officer.name)}的手机" allow="camera; geolocation"></iframe>
</div></div>
</section>
<section class="walls" aria-labelledby="t3">
<h2 id="t3"><i>3</i>走到点位，扫门牌</h2>
<p>点一张，等于在现场扫这个二维码。</p>
<div id="posters" class="posters"></div>
</section>
</main>
<footer class="clock" id="clock">
<div class="now"><span id="clock-note" role="status">演示时钟</span><b id="time"></b><em id="day"></em></div>
<ol id="stops" class="stops" aria-label="接下来会发生什么"></ol>
<div class="moves">
<button type="button" class="btn" data-to="hour">过 1 小时</button>
<button type="button" class="btn" data-to="evening">到今晚 20:00</button>
<button type="button" class="btn main" data-to="morning">到明早 08:00</button>
</div>
</footer>
<p id="failure" class="failure" role="alert" hidden></p>
</body>
</html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
