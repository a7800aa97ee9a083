import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bodyParser } from '@koa/bodyparser';
import Router from '@koa/router';
import type { Context, Middleware } from 'koa';
import QRCode from 'qrcode';
import { z } from 'zod';
import type { App } from '../../../bff/src/app';
import { addDays, businessDate, shanghaiInstant, shanghaiTime } from '../../../bff/src/core/clock';
import type { Database } from '../../../bff/src/core/database';
import { parseKeys } from '../../../bff/src/core/tokens';
import { qrToken } from '../../../bff/src/features/inspection';
import type { DemoClock } from '../../setup/demo-clock';
import type { ChatMessage, DeskStandIns } from '../../setup/stand-ins';
import { DeskActs } from './acts';
import { chooseOfficer, countyFacts, fillStoryDay, readOfficer, specialistOf, type DeskOfficer } from './officer';
import { deskPage } from './page';
import { holdPhone, phoneScript, Signal } from './phone';
import { deskPoints, messageTime, nextHint, weekday, type DeskPoint } from './state';

export interface DeskOptions {
  clock: DemoClock;
  /** Where the desk remembers whose it is. */
  folder: string;
  standIns: DeskStandIns;
}

interface Memory {
  officerId: number;
  opened: string[];
}

const HOUR_MS = 3_600_000;
/** Messages of each template that the officer has accepted before the clock moves. */
const CONSENTS = 5;
const SHOWN_MESSAGES = 6;
const SHOWN_CARDS = 3;
/** What the browser loads, kept apart from what runs here. */
const BROWSER = path.join(__dirname, 'browser');
const FILES: Readonly<Record<string, string>> = { 'desk.js': 'text/javascript', 'desk.css': 'text/css' };
/** Colours and sizes are the phone's: one source for both. */
const TOKENS = path.resolve(__dirname, '../../../miniapp/src/styles/tokens.css');

const clockBody = z.strictObject({ to: z.enum(['hour', 'evening', 'morning']) });
const signalBody = z.strictObject({ on: z.boolean() });
const placeBody = z.strictObject({ id: z.number().int() });
const openedBody = z.strictObject({ id: z.string().max(100) });

/** The start page of the demo: an officer's phone on a desk, what it received, the doors to scan, and the clock. */
export class Desk {
  readonly before: Middleware[];
  readonly pages: Middleware;
  private readonly signal = new Signal(() => this.open?.officer.id);
  /** The point where the phones stand. */
  private place: number | undefined;
  private readonly memoryFile: string;
  private memory: Memory | undefined;
  private open: { app: App; officer: DeskOfficer; acts: DeskActs } | undefined;
  private moving: Promise<void> | undefined;
  /** Raised when the phone's session is over because the clock has moved. */
  private session = 0;

  constructor(private readonly options: DeskOptions) {
    this.memoryFile = path.join(options.folder, 'desk.json');
    if (existsSync(this.memoryFile)) this.memory = JSON.parse(readFileSync(this.memoryFile, 'utf8')) as Memory;
    this.before = [this.signal.middleware, holdPhone()];
    this.pages = this.routes();
  }

  /**
   * Chooses the officer of the desk, before anything happens on his day; he keeps it for as long as the county lives.
   * Throws when the county has nobody.
   */
  async prepare(db: Database): Promise<DeskOfficer> {
    const now = this.options.clock.now();
    const kept = this.memory === undefined ? undefined : await readOfficer(db, this.memory.officerId);
    if (kept !== undefined) return kept;
    const id = await chooseOfficer(db, now);
    const officer = id === undefined ? undefined : await readOfficer(db, id);
    if (officer === undefined) throw new Error('the demo county has no officer for the desk');
    await fillStoryDay(db, officer, now);
    this.remember({ officerId: officer.id, opened: [] });
    return officer;
  }

  /** Takes the desk into use. */
  start(app: App, url: string, officer: DeskOfficer): void {
    this.open = { app, officer, acts: new DeskActs(url, officer) };
  }

  /** Waits until a move of the clock that is under way has come to its end. */
  async stop(): Promise<void> {
    await this.moving;
  }

  private remember(memory: Memory): void {
    this.memory = memory;
    writeFileSync(this.memoryFile, JSON.stringify(memory));
  }

  private get ready() {
    if (this.open === undefined) throw new Error('the desk is not in use yet');
    return this.open;
  }

  private messages(): ChatMessage[] {
    return this.options.standIns.wechat?.messages(this.ready.officer.mobile) ?? [];
  }

  private codeUrl(pointId: number, keyVersion: number): string {
    const { config } = this.ready.app.core;
    return `${config.publicUrl}/q/${qrToken(parseKeys(config.qrKeys), { pointId, keyVersion })}`;
  }

  private async state() {
    const { app, officer } = this.ready;
    const now = this.options.clock.now();
    const points = await deskPoints(app.core.db, officer.enterpriseId, now);
    const messages = this.messages();
    const opened = new Set(this.memory?.opened);
    const specialist = await specialistOf(app.core.db, officer);
    const cards = specialist === undefined ? [] : (this.options.standIns.workChat?.messages(specialist.mobile) ?? []);
    const [first] = [...points].sort((a, b) => a.id - b.id);
    // Of a door that asks for nothing today, so that no inspection is under way behind it.
    const old = points.at(-1);
    return {
      now: now.toISOString(),
      time: shanghaiTime(now),
      date: businessDate(now).slice(5),
      weekday: weekday(businessDate(now)),
      moving: this.moving !== undefined,
      session: this.session,
      officerId: String(officer.id),
      signal: this.signal.on,
      place: this.doorOf(points)?.id ?? null,
      // A copy of a door's code that a later print has revoked.
      revoked: old === undefined ? null : this.codeUrl(old.id, old.keyVersion - 1),
      publicPage: first === undefined ? null : new URL(this.codeUrl(first.id, first.keyVersion)).pathname,
      messages: messages.slice(0, SHOWN_MESSAGES).map((message) => ({
        ...message,
        when: messageTime(message.at, now),
        opened: opened.has(message.id),
      })),
      specialistMessages: cards
        .slice(0, SHOWN_CARDS)
        .map((card) => ({ ...card, when: messageTime(card.at, now), opened: opened.has(card.id) })),
      points: points.map((point) => ({
        ...point,
        url: this.codeUrl(point.id, point.keyVersion),
        picture: pictureOf(point),
      })),
      hint: nextHint(now, messages, opened, points),
    };
  }

  /** The door that the phones stand at: where their person went, before that the first that waits. */
  private doorOf(points: readonly DeskPoint[]): DeskPoint | undefined {
    return points.find(({ id }) => id === this.place) ?? points.find(waits) ?? points[0];
  }

  private routes(): Middleware {
    const router = new Router();
    const file = (name: string) => readFileSync(path.join(BROWSER, name), 'utf8');
    router.get('/', async (ctx) => {
      const { app, officer } = this.ready;
      const county = await countyFacts(app.core.db, businessDate(this.options.clock.now()));
      const { n } = await pointCount(app, officer);
      const specialist = await specialistOf(app.core.db, officer);
      ctx.type = 'html';
      ctx.set('cache-control', 'no-store');
      ctx.body = deskPage({
        officer,
        specialist,
        county,
        points: n,
        wechat: this.options.standIns.wechat !== undefined,
      });
    });
    for (const [name, type] of Object.entries(FILES)) {
      router.get(`/desk/${name}`, (ctx) => answer(ctx, type, file(name)));
    }
    router.get('/desk/tokens.css', (ctx) => answer(ctx, 'text/css', readFileSync(TOKENS, 'utf8')));
    router.get('/desk/icons/:type.svg', (ctx) => {
      const name = `icons/${String(ctx.params['type']).toLowerCase()}.svg`;
      if (existsSync(path.join(BROWSER, name)) && /^icons\/[a-z]+\.svg$/.test(name))
        answer(ctx, 'image/svg+xml', file(name).replaceAll('currentColor', '#111'));
    });
    router.get('/desk/phone.js', (ctx) => answer(ctx, 'text/javascript', phoneScript(this.options.clock)));
    router.get('/desk/qr/:point/:version.svg', async (ctx) => {
      const url = this.codeUrl(Number(ctx.params['point']), Number(ctx.params['version']));
      answer(ctx, 'image/svg+xml', await QRCode.toString(url, { type: 'svg', errorCorrectionLevel: 'Q', margin: 0 }));
    });
    router.get('/desk/state', async (ctx) => {
      ctx.set('cache-control', 'no-store');
      ctx.body = await this.state();
    });
    router.post('/desk/sign-in', async (ctx) => {
      ctx.body = { mobile: this.ready.officer.mobile, code: await this.ready.acts.oneTimeCode() };
    });
    router.post('/desk/township', async (ctx) => {
      const { app, officer, acts } = this.ready;
      const specialist = await specialistOf(app.core.db, officer);
      if (specialist === undefined) return;
      ctx.body = { mobile: specialist.mobile, code: await acts.oneTimeCode(specialist.id) };
    });
    router.post('/desk/opened', json(), (ctx) => {
      const { id } = openedBody.parse(ctx.request.body);
      const memory = this.memory;
      if (memory !== undefined && !memory.opened.includes(id)) {
        this.remember({ ...memory, opened: [...memory.opened, id].slice(-200) });
      }
      ctx.body = {};
    });
    router.post('/desk/place', json(), (ctx) => {
      this.place = placeBody.parse(ctx.request.body).id;
      ctx.body = {};
    });
    router.get('/desk/place', async (ctx) => {
      const { app, officer } = this.ready;
      const points = await deskPoints(app.core.db, officer.enterpriseId, this.options.clock.now());
      // Who takes out the camera to scan a plate stands before the one that waits; a door where something is shown or put
      // right is left by nobody but its person.
      const here = this.doorOf(points);
      if (ctx.query['scan'] !== undefined && here !== undefined && !waits(here)) {
        this.place = (points.find(waits) ?? here).id;
      }
      const door = this.doorOf(points);
      ctx.set('cache-control', 'no-store');
      ctx.body =
        door === undefined
          ? {}
          : { lng: door.lng, lat: door.lat, picture: pictureOf(door), title: `${door.name} ${door.code}` };
    });
    router.post('/desk/signal', json(), (ctx) => {
      this.signal.on = signalBody.parse(ctx.request.body).on;
      this.options.standIns.oss?.cutBrowsers(!this.signal.on);
      ctx.body = { on: this.signal.on };
    });
    router.post('/desk/clock', json(), (ctx) => {
      const { to } = clockBody.parse(ctx.request.body);
      ctx.status = this.moving === undefined ? 202 : 409;
      if (this.moving === undefined) {
        this.moving = this.move(target(this.options.clock.now(), to))
          .catch((error: unknown) => this.ready.app.core.logger.error({ err: error }, 'the clock could not be moved'))
          .finally(() => {
            this.moving = undefined;
          });
      }
      ctx.body = {};
    });
    return router.routes() as Middleware;
  }

  private async move(to: Date): Promise<void> {
    const { acts, app } = this.ready;
    const { clock, standIns } = this.options;
    const { wechat } = standIns;
    if (wechat !== undefined) await acts.consent(CONSENTS, () => wechat.consentsLeft(this.ready.officer.mobile));
    await clock.goTo(to, app.jobs);
    this.session += 1;
  }
}

/** The instant that a button of the clock bar names: an hour on, the coming 20:00, the coming 08:00. */
function target(now: Date, to: 'hour' | 'evening' | 'morning'): Date {
  if (to === 'hour') return new Date(now.getTime() + HOUR_MS);
  const today = businessDate(now);
  const time = to === 'evening' ? '20:00' : '08:00';
  const coming = shanghaiInstant(today, time);
  return coming > now ? coming : shanghaiInstant(addDays(today, 1), time);
}

const pictureOf = ({ id, keyVersion }: DeskPoint) => `/desk/qr/${id}/${keyVersion}.svg`;

async function pointCount({ core }: App, officer: DeskOfficer): Promise<{ n: number }> {
  const [row] = await core.db.read.query<{ n: number }>(
    'SELECT COUNT(*) AS n FROM point WHERE enterprise_id = ? AND active',
    [officer.enterpriseId],
  );
  return row ?? { n: 0 };
}

function answer(ctx: Context, type: string, body: string): void {
  ctx.type = type;
  ctx.set('cache-control', 'no-store');
  ctx.body = body;
}

/** Bodies of JSON only: a form of another site cannot send that without being asked. */
function json(): Middleware {
  const read = bodyParser({ enableTypes: ['json'], jsonLimit: 10_000 });
  return async (ctx, next) => {
    if (!ctx.is('json')) return void (ctx.status = 415);
    await read(ctx, next);
  };
}

const waits = ({ state }: DeskPoint): boolean => state === 'todo' || state === 'first';
