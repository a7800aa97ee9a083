import type { Middleware } from 'koa';
import type { MovableClock } from '../../../bff/src/core/clock';
import { SESSION_COOKIE } from '../../../bff/src/core/session-cookie';

/**
 * The phone that the app runs on: its clock shows the demo's time. The officer's phone on the desk, and the specialist's in
 * the window that the desk opened, stand where the last door was scanned and see that door through their cameras; the
 * officer's has a signal or none. The app itself is the one that production serves; this comes before it on the page.
 */
export function phoneScript(clock: MovableClock): string {
  return `(() => {
  const ahead = ${Math.round(clock.offset)};
  const real = Date;
  const moved = new Proxy(real, {
    construct: (target, given) => Reflect.construct(target, given.length === 0 ? [target.now() + ahead] : given),
    apply: (target) => new target(target.now() + ahead).toString(),
    get: (target, name) => (name === 'now' ? () => target.now() + ahead : Reflect.get(target, name)),
  });
  real.prototype.constructor = moved;
  window.Date = moved;

  // The desk's window says so in its address: which window opened it is kept from the app's pages.
  if (window.parent === window && window.location.search !== '?desk') return;
  // The officer's own scan is of the next door; all other pictures are of the one where he stands.
  const scans = () => window.location.hash.includes('pages/officer/scan/');
  const standing = () => fetch(scans() ? '/desk/place?scan' : '/desk/place').then((answer) => answer.json());
  const getCurrentPosition = async (found) => {
    const { lng, lat } = await standing();
    if (lng !== undefined) found({ coords: { longitude: lng, latitude: lat, accuracy: 12 }, timestamp: Date.now() });
  };
  Object.defineProperty(navigator, 'geolocation', { value: { getCurrentPosition } });
  // Before its camera is the door of the point where it stands, with the plate on it.
  navigator.mediaDevices.getUserMedia = async () => {
    const { picture, title = '' } = await standing();
    const canvas = Object.assign(document.createElement('canvas'), { width: 960, height: 1280 });
    const context = canvas.getContext('2d');
    const plate = new Image();
    plate.src = picture ?? '';
    await plate.decode().catch(() => undefined);
    const draw = () => {
      const seconds = Date.now() / 1000;
      context.fillStyle = '#8f9aa0';
      context.fillRect(0, 0, 960, 1280);
      context.fillStyle = '#6b767c';
      context.fillRect(0, 1000, 960, 280);
      context.fillStyle = '#44545c';
      context.fillRect(180, 140, 600, 940);
      context.fillStyle = '#d8dde0';
      context.fillRect(290, 300, 380, 460);
      if (plate.naturalWidth > 0) context.drawImage(plate, 320, 330, 320, 320);
      context.fillStyle = '#16232a';
      context.font = 'bold 40px sans-serif';
      context.textAlign = 'center';
      context.fillText(title, 480, 715);
      // The light moves a little, so that no two pictures are the same.
      context.fillStyle = 'rgba(255, 240, 200, .25)';
      context.beginPath();
      context.arc(480 + 300 * Math.sin(seconds / 3), 200 + 60 * Math.cos(seconds / 2), 120, 0, 7);
      context.fill();
    };
    draw();
    const timer = setInterval(draw, 100);
    const stream = canvas.captureStream(10);
    for (const track of stream.getTracks()) {
      const stop = track.stop.bind(track);
      track.stop = () => {
        clearInterval(timer);
        stop();
      };
    }
    return stream;
  };
  Object.defineProperty(navigator, 'onLine', { get: () => localStorage.getItem('desk.signal') !== 'off' });
  window.addEventListener('storage', ({ key, newValue }) => {
    if (key === 'desk.signal') window.dispatchEvent(new Event(newValue === 'off' ? 'offline' : 'online'));
  });
})();
`;
}

const TAG = '<script src="/desk/phone.js"></script>';

/** Puts the phone's script in front of the app's own. */
export function holdPhone(): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== '/app/' && ctx.path !== '/app/index.html') return void (await next());
    // The page is changed on the way out: it must come whole and not compressed.
    for (const header of ['accept-encoding', 'if-none-match', 'if-modified-since']) delete ctx.request.headers[header];
    await next();
    if (ctx.status !== 200 || ctx.method !== 'GET') return;
    const chunks: Buffer[] = [];
    for await (const chunk of ctx.body as AsyncIterable<Buffer>) chunks.push(chunk);
    ctx.remove('last-modified');
    ctx.set('cache-control', 'no-store');
    ctx.body = Buffer.concat(chunks).toString('utf8').replace('<head>', `<head>${TAG}`);
    ctx.type = 'html';
  };
}

/** Signal of the phone on the desk: while it is off, nothing that this phone asks of the server is answered. */
export class Signal {
  on = true;

  constructor(private readonly officerId: () => number | undefined) {}

  readonly middleware: Middleware = async (ctx, next) => {
    const person = this.on || !ctx.path.startsWith('/api/') ? undefined : personIn(ctx.cookies.get(SESSION_COOKIE));
    if (person === undefined || person !== this.officerId()) return void (await next());
    ctx.respond = false;
    ctx.req.socket.destroy();
  };
}

/** The person of a session cookie; its signature does not matter here. */
function personIn(token: string | undefined): number | undefined {
  try {
    const payload = Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString('utf8');
    return Number((JSON.parse(payload) as { sub: string }).sub);
  } catch {
    return undefined;
  }
}
