/* global document, window, fetch, localStorage, setTimeout, innerHeight, innerWidth */

/** The desk in the browser: shows /desk/state, and passes on what a person taps. The phone app does not know of it. */

const POLL_MS = 2000;
const POLL_MOVING_MS = 300;
/** How often the phone's session is looked at: it also ends by itself after hours. */
const SESSION_EVERY_MS = 30_000;

const byId = (id) => document.getElementById(id);
const phone = byId('phone');
let state;
let session;
let sessionSeen = 0;

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

async function post(path, body = {}) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok && answer.status !== 409) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

function fail(text) {
  byId('failure').textContent = text;
  byId('failure').hidden = text === '';
}

const guarded = (act) => () => act().catch(() => fail('这一步没有成功，演示服务器可能已经停止。'));

/* ---- the phone ---- */

/** Opens a page of the app in a running phone: as a tap on a message or a scan would, without loading it anew. */
function open(page) {
  phone.contentWindow.location.hash = `#/${page}`;
}

/** Carries both phones to a door: where they stand and what their cameras see is what the phones' script asks for. */
function goTo({ id }) {
  return post('/desk/place', { id });
}

async function scan(url, point) {
  await goTo(point);
  open(`pages/officer/scan/index?q=${encodeURIComponent(url)}`);
}

/** Loads the app from the beginning. */
function load(page) {
  phone.onload = () => {
    phone.onload = null;
    phone.contentWindow.location.replace(`/app/#/${page}`);
  };
  phone.src = 'about:blank';
}

/** Signs the officer in by a one-time code; a door that was scanned meanwhile is opened afterwards. */
async function signIn() {
  const { mobile, code } = await post('/desk/sign-in');
  const waiting = /[?&]q=([^&]+)/.exec(phoneHash())?.[1];
  load(`pages/shared/sign-in/index?mobile=${mobile}&code=${code}${waiting === undefined ? '' : `&q=${waiting}`}`);
}

function phoneHash() {
  return phone.contentWindow?.location.hash ?? '';
}

/** The app asks who is there, and was not handed a code yet. */
function asksToSignIn() {
  return phoneHash().includes('pages/shared/sign-in/') && !phoneHash().includes('code=');
}

/** signed in, signed out (or in as somebody else), or nobody can tell because the phone has no signal */
async function sessionState() {
  try {
    const answer = await fetch('/api/me');
    return answer.ok && (await answer.json()).id === state.officerId ? 'in' : 'out';
  } catch {
    return 'unknown';
  }
}

/** After the clock has moved the phone starts again: with the new time, and with a new session when its own is over. */
async function lookAfterPhone() {
  if (state.moving) return;
  const restarted = session !== state.session;
  const asks = asksToSignIn();
  if (!restarted && !asks && Date.now() - sessionSeen < SESSION_EVERY_MS) return;
  session = state.session;
  sessionSeen = Date.now();
  const now = await sessionState();
  if (now === 'out' || (asks && now === 'in')) await signIn();
  else if (restarted) load('pages/officer/today/index');
}

/** As large as fits between head and clock, at most life-size. */
function fit() {
  const hand = document.querySelector('.hand');
  const device = document.querySelector('.device');
  const wide = innerWidth >= 1100;
  const room = wide
    ? innerHeight - (device.getBoundingClientRect().top + window.scrollY) - byId('clock').offsetHeight - 36
    : 800;
  const width = (Math.min(innerWidth, 460) - 52) / 390;
  hand.style.setProperty('--scale', String(Math.max(0.72, Math.min(1, room / 800, wide ? 1 : width))));
}

/* ---- what is shown ---- */

function messageButton(message, from, act) {
  const button = make('button', message.opened ? 'opened' : '');
  button.type = 'button';
  const head = make('span', 'from', from);
  head.append(make('span', '', message.when));
  button.append(head, make('b', '', message.title));
  for (const { label, text } of message.lines) {
    const row = make('span', 'row');
    if (label !== '') row.append(make('span', '', label));
    row.append(make('span', 'said', text));
    button.append(row);
  }
  button.onclick = guarded(async () => {
    act();
    await post('/desk/opened', { id: message.id });
    await poll();
  });
  return button;
}

function showMessages() {
  const shown = state.messages.map((message) => {
    const button = messageButton(message, '服务通知 · 环境自巡查', () => open(message.page));
    if (state.hint.do === 'message' && state.hint.id === message.id) button.classList.add('next');
    return button;
  });
  if (shown.length === 0) shown.push(make('p', 'none', '还没有消息。早上 08:00 送来今天的清单，16:00 提醒没做完的。'));
  byId('messages').replaceChildren(...shown);
  const cards = state.specialistMessages;
  byId('specialist-inbox').hidden = cards.length === 0;
  byId('specialist-messages').replaceChildren(
    ...cards.map((card) => messageButton(card, '工作通知 · 环境自巡查', openSpecialist)),
  );
}

function showPosters() {
  const shown = state.points.map((point) => {
    const button = make('button', `${point.state} ${point.state === 'first' || point.state === 'todo' ? '' : 'quiet'}`);
    button.type = 'button';
    if (state.hint.do === 'poster' && state.hint.id === point.id) button.classList.add('next');
    const line = make('span', 'line');
    const icon = make('img');
    icon.src = `/desk/icons/${point.type.toLowerCase()}.svg`;
    icon.alt = '';
    icon.width = icon.height = 18;
    line.append(icon, make('b', '', point.code), make('em', '', point.label));
    const qr = make('img', 'qr');
    qr.src = point.picture;
    qr.alt = '';
    button.append(line, qr, make('span', 'name', point.name));
    button.setAttribute('aria-label', `扫 ${point.code} ${point.name}，${point.label}`);
    button.onclick = guarded(() => scan(point.url, point));
    return button;
  });
  byId('posters').replaceChildren(...shown);
}

/** Where each stop of the day lies on the line, and minutes after 00:00; the day begins with the list at 08:00. */
const STOPS = [
  { at: 480, place: 0, time: '08:00', text: () => '推送清单' },
  { at: 600, place: 0.18, time: '10:00', text: () => '昨日宽限到期' },
  { at: 960, place: 0.45, time: '16:00', text: () => '提醒' },
  { at: 1200, place: 0.63, time: '20:00', text: () => '截止' },
  { at: 1445, place: 0.82, time: '00:05', text: (early) => (early ? '生成今日任务' : '生成明日任务') },
  { at: 1920, place: 1, time: '08:00', text: (early) => (early ? '今日推送' : '明日推送') },
];

function showClock() {
  const [hours, minutes] = state.time.split(':').map(Number);
  const early = hours < 8;
  const now = hours * 60 + minutes + (early ? 1440 : 0);
  const after = STOPS.findIndex((stop) => stop.at > now);
  const [from, to] = [STOPS[after - 1], STOPS[after]];
  const place = from.place + ((to.place - from.place) * (now - from.at)) / (to.at - from.at);
  const gone = make('span', 'gone');
  gone.style.width = `${place * 100}%`;
  const hand = make('span', 'pin');
  hand.style.left = `${place * 100}%`;
  const shown = STOPS.map((stop) => {
    const item = make('li', stop.at <= now ? 'stop past' : 'stop');
    item.style.left = `${stop.place * 100}%`;
    item.append(stop.time, make('span', '', stop.text(early)));
    return item;
  });
  byId('stops').replaceChildren(gone, ...shown, hand);
  byId('time').textContent = byId('phone-time').textContent = state.time;
  byId('day').textContent = `${state.date} ${state.weekday}`;
  byId('clock-note').textContent = state.moving ? '正在走，路上的事一件件发生…' : '演示时钟';
  for (const button of document.querySelectorAll('.moves button')) {
    const { to: target } = button.dataset;
    button.disabled = state.moving;
    if (target === 'evening') button.textContent = hours < 20 ? '到今晚 20:00' : '到明晚 20:00';
    if (target === 'morning') button.textContent = early ? '到今早 08:00' : '到明早 08:00';
    button.classList.toggle('next', target === 'morning' && state.hint.do === 'clock' && !state.moving);
  }
}

function showSignal() {
  const sign = byId('phone-signal');
  sign.className = state.signal ? 'bars' : 'off';
  if (state.signal) sign.replaceChildren(...[1, 2, 3, 4].map(() => make('i')));
  else sign.textContent = '无信号';
  byId('signal').textContent = state.signal ? '断网填报，联网后自动送达' : '手机没有信号，点这里恢复';
  byId('signal').classList.toggle('on', !state.signal);
}

let drawn = '';
let drawnTime = '';

function show() {
  const time = JSON.stringify([state.time, state.moving, state.hint]);
  if (time !== drawnTime) showClock();
  drawnTime = time;
  // Redrawing only what is new keeps the focus where it is.
  const rest = JSON.stringify([state.messages, state.specialistMessages, state.points, state.hint, state.signal]);
  if (rest === drawn) return;
  drawn = rest;
  showMessages();
  showPosters();
  showSignal();
  localStorage.setItem('desk.signal', state.signal ? 'on' : 'off');
  byId('public-page').hidden = state.publicPage === null;
  byId('public-page').href = state.publicPage ?? '';
  byId('revoked').hidden = state.revoked === null;
}

async function poll() {
  const answer = await fetch('/desk/state');
  state = await answer.json();
  show();
  fit();
  await lookAfterPhone();
}

async function pollAlways() {
  try {
    await poll();
    fail('');
  } catch {
    fail('演示服务器没有回答。停止了的话，用 npm start 再启动。');
  }
  setTimeout(pollAlways, state?.moving ? POLL_MOVING_MS : POLL_MS);
}

for (const button of document.querySelectorAll('.moves button')) {
  button.onclick = guarded(async () => {
    await post('/desk/clock', { to: button.dataset.to });
    await poll();
  });
}
/**
 * The specialist's phone, in a window of its own beside the desk, under the machine's other name: two people in one browser
 * would share one session.
 */
function openSpecialist() {
  // Opened within the click: later it would count as a pop-up.
  const view = window.open('about:blank', 'township', 'width=406,height=860');
  void guarded(async () => {
    const { mobile, code } = await post('/desk/township');
    const { protocol, hostname, port } = window.location;
    const other = hostname === '127.0.0.1' ? 'localhost' : '127.0.0.1';
    view.location = `${protocol}//${other}:${port}/app/?desk#/pages/shared/sign-in/index?mobile=${mobile}&code=${code}`;
  })();
}
byId('township')?.addEventListener('click', openSpecialist);

byId('signal').onclick = guarded(async () => {
  await post('/desk/signal', { on: !state.signal });
  // What the session could not tell without a signal is asked again.
  sessionSeen = 0;
  await poll();
});
byId('revoked').onclick = guarded(() => scan(state.revoked, state.points.at(-1)));
window.addEventListener('resize', fit);
void pollAlways();
