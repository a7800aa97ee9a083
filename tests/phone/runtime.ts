import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';

/** A node of the page as the template sees it: Taro sends them with short names. */
export interface PageNode {
  /** Number of the template that shows it. */
  nn?: string;
  sid?: string;
  uid?: string;
  cl?: string;
  st?: string;
  /** Text of a text node. */
  v?: string;
  cn?: PageNode[];
  [property: string]: unknown;
}

interface PageInstance {
  route: string;
  data: { root?: PageNode };
  setData: (change: Record<string, unknown>, done?: () => void) => void;
  [member: string]: unknown;
}

type Call = (...args: unknown[]) => unknown;

/** What one platform calls things: its files, its globals. */
export interface PlatformShape {
  /** The attribute with which a template asks for taps. */
  tapAttribute: 'bindtap' | 'onTap';
  template: 'base.wxml' | 'base.axml';
}

export interface SetDataCount {
  calls: number;
  bytes: number;
}

const WAIT_MS = 15_000;

/**
 * A built mini program, run in a context of its own that has what the platform gives and nothing of Node or a browser.
 * Killed, it stops dead: no timer fires, no answer arrives.
 */
export class MiniProgram {
  /** What went wrong inside: errors that were logged, promises that nobody caught, functions that do not exist. */
  readonly problems: string[] = [];
  readonly counted: SetDataCount = { calls: 0, bytes: 0 };
  /** True while the handlers of a tap run: some functions may be called only then. */
  inTap = false;
  private readonly context: vm.Context;
  private readonly modules = new Map<string, { exports: unknown }>();
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();
  private readonly stack: PageInstance[] = [];
  private readonly configs = new Map<string, Record<string, unknown>>();
  private readonly tappable: ReadonlySet<string>;
  private app: Record<string, unknown> = {};
  private loading = '';
  private alive = true;

  constructor(
    private readonly folder: string,
    shape: PlatformShape,
    globals: (program: MiniProgram) => Record<string, unknown>,
  ) {
    this.tappable = tappableTemplates(readFileSync(path.join(folder, shape.template), 'utf8'), shape.tapAttribute);
    const note =
      (level: string) =>
      (...args: unknown[]) =>
        void this.problems.push(`console.${level}: ${args.map(worded).join(' ').slice(0, 1500)}`);
    const silent = () => undefined;
    this.context = vm.createContext({
      console: { log: silent, info: silent, debug: silent, time: silent, warn: silent, error: note('error') },
      setTimeout: (work: Call, ms = 0, ...args: unknown[]) => this.later(work, ms, args),
      clearTimeout: (timer: ReturnType<typeof setTimeout>) => this.forget(timer),
      setInterval: (work: Call, ms = 0) => {
        const timer = setInterval(() => this.run(work), ms);
        this.timers.add(timer);
        return timer;
      },
      clearInterval: (timer: ReturnType<typeof setTimeout>) => this.forget(timer),
      App: (config: Record<string, unknown>) => {
        this.app = config;
      },
      Page: (config: Record<string, unknown>) => void this.configs.set(this.loading, config),
      Component: () => undefined,
      getApp: () => this.app,
      getCurrentPages: () => [...this.stack],
      ...globals(this),
    });
    running.add(this);
  }

  /** Starts the app at a page ('pages/…?a=b'); without one, at the first of app.json. */
  async launch(at?: string): Promise<void> {
    const { pages, subPackages = [] } = JSON.parse(readFileSync(path.join(this.folder, 'app.json'), 'utf8')) as {
      pages: string[];
      subPackages?: { root: string; pages: string[] }[];
    };
    this.require('app.js');
    const apart = subPackages.flatMap((part) => part.pages.map((page) => `${part.root}/${page}`));
    for (const page of [...pages, ...apart]) {
      this.loading = page;
      this.require(`${page}.js`);
    }
    const first = at ?? pages[0] ?? '';
    const [route = '', query = ''] = first.split('?');
    const options = { path: route, query: parsedQuery(query), scene: 1001, referrerInfo: {}, shareTicket: '' };
    this.callMember(this.app, 'onLaunch', this.own(options));
    this.callMember(this.app, 'onShow', this.own(options));
    this.push(`/${first}`);
    await settled();
  }

  /** The app comes back to the front. */
  foreground(): void {
    this.callMember(this.app, 'onShow', this.own({ path: this.route, query: {}, scene: 1001 }));
    this.callMember(this.top, 'onShow');
  }

  /** The system ends the app at once. */
  kill(): void {
    this.alive = false;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    running.delete(this);
  }

  get isAlive(): boolean {
    return this.alive;
  }

  /** The page that is shown, without a leading slash. */
  get route(): string {
    return this.stack.at(-1)?.route ?? '';
  }

  private get top(): PageInstance {
    const page = this.stack.at(-1);
    if (page === undefined) throw new Error('no page is open');
    return page;
  }

  /** Hands an answer of the platform to the app, later, as platforms do; a killed app gets none. */
  answer(work: () => void): void {
    setImmediate(() => this.run(work));
  }

  /** A copy whose objects belong to the app's own context. */
  own<T>(value: T): T {
    if (value === undefined) return value;
    const parse = vm.runInContext('JSON.parse', this.context) as (text: string) => T;
    return parse(JSON.stringify(value));
  }

  push(url: string): void {
    if (this.stack.length > 0) this.callMember(this.top, 'onHide');
    if (this.stack.length >= 10) throw new Error('more than 10 pages are open');
    this.open(url);
  }

  replace(url: string): void {
    this.close();
    this.open(url);
  }

  relaunch(url: string): void {
    while (this.stack.length > 0) this.close();
    this.open(url);
  }

  back(delta = 1): void {
    for (let step = 0; step < delta && this.stack.length > 1; step += 1) this.close();
    this.callMember(this.top, 'onShow');
  }

  private open(url: string): void {
    const [route = '', query = ''] = url.replace(/^\//, '').split('?');
    const config = this.configs.get(route);
    if (config === undefined) throw new Error(`the build has no page ${route}`);
    const data = this.own(config['data'] ?? {}) as PageInstance['data'];
    const page: PageInstance = {
      ...config,
      route,
      __route__: route,
      options: parsedQuery(query),
      data,
      setData: (change, done) => {
        this.counted.calls += 1;
        this.counted.bytes += Buffer.byteLength(JSON.stringify(change) ?? '');
        for (const [where, value] of Object.entries(change)) setPath(data, where, this.own(value));
        if (done !== undefined) this.answer(() => done.call(page));
      },
    };
    this.stack.push(page);
    this.callMember(page, 'onLoad', this.own(parsedQuery(query)));
    this.callMember(page, 'onShow');
    this.answer(() => {
      if (this.stack.includes(page)) this.callMember(page, 'onReady');
    });
  }

  private close(): void {
    this.callMember(this.top, 'onUnload');
    this.stack.pop();
  }

  /** All nodes of the page, outer ones first. */
  nodes(): PageNode[] {
    const all: PageNode[] = [];
    const walk = (node: PageNode) => {
      all.push(node);
      for (const child of node.cn ?? []) walk(child);
    };
    for (const child of this.stack.at(-1)?.data.root?.cn ?? []) walk(child);
    return all;
  }

  /** Everything that can be read on the page. */
  text(node?: PageNode): string {
    const own = (each: PageNode): string =>
      `${typeof each.v === 'string' ? each.v : ''}${(each.cn ?? []).map(own).join('\n')}`;
    return (node === undefined ? (this.stack.at(-1)?.data.root?.cn ?? []) : [node]).map(own).join('\n');
  }

  sees(words: string): boolean {
    return this.text().includes(words);
  }

  byId(id: string): PageNode | undefined {
    return this.nodes().find((node) => node.uid === id);
  }

  /** Nodes of a class, within `inside` when given. */
  byClass(name: string, inside?: PageNode): PageNode[] {
    const within = inside === undefined ? undefined : new Set(descendants(inside));
    return this.nodes().filter(
      (node) => (node.cl ?? '').split(' ').includes(name) && (within === undefined || within.has(node)),
    );
  }

  /** The innermost node whose text is exactly this, else the innermost that contains it. */
  byText(words: string, inside?: PageNode): PageNode {
    const list = inside === undefined ? this.nodes() : descendants(inside);
    const found =
      list.findLast((node) => node.sid !== undefined && this.text(node).trim() === words) ??
      list.findLast((node) => node.sid !== undefined && this.text(node).includes(words));
    if (found === undefined) throw new Error(`no "${words}" on ${this.route}:\n${this.text()}`);
    return found;
  }

  /** A finger on a node, or on what says `target`: the event goes up through all that ask for taps. */
  async tap(target: string | PageNode, inside?: PageNode): Promise<void> {
    const node = typeof target === 'string' ? this.byText(target, inside) : target;
    const chain = this.pathTo(node).filter((each) => this.tappable.has(String(each.nn)));
    if (chain.length === 0) throw new Error(`nothing there can be tapped: ${this.text(node)}`);
    this.inTap = true;
    try {
      for (const each of chain) this.dispatch('tap', { x: 1, y: 1 }, each, node);
      await Promise.resolve();
    } finally {
      this.inTap = false;
    }
    await settled();
  }

  /** Types into a field. */
  async input(node: PageNode, value: string): Promise<void> {
    this.dispatch('input', { value, cursor: value.length }, node, node);
    await settled();
  }

  /** An event of a component, such as getphonenumber. */
  async emit(type: string, node: PageNode, detail: Record<string, unknown>): Promise<void> {
    this.dispatch(type, detail, node, node);
    await settled();
  }

  /** Waits until something is so; else throws with what the page says and what went wrong. */
  async until<T>(what: string, find: () => T | Promise<T>): Promise<NonNullable<T>> {
    const end = Date.now() + WAIT_MS;
    for (;;) {
      const found = await find();
      if (found !== undefined && found !== null && found !== false) return found;
      if (Date.now() > end) {
        throw new Error(
          `waited in vain for ${what} on ${this.route}:\n${this.text()}\n--- problems\n${this.problems.join('\n')}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async untilSees(words: string): Promise<void> {
    await this.until(`"${words}"`, () => this.sees(words));
  }

  async untilAt(page: string): Promise<void> {
    await this.until(`the page ${page}`, () => this.route.includes(page));
  }

  private dispatch(type: string, detail: Record<string, unknown>, current: PageNode, target: PageNode): void {
    const at = (node: PageNode) => ({
      id: node.uid ?? node.sid,
      dataset: { sid: node.sid },
      offsetLeft: 0,
      offsetTop: 0,
    });
    const event = { type, timeStamp: Date.now(), detail, target: at(target), currentTarget: at(current) };
    this.callMember(this.top, 'eh', this.own(event));
  }

  private pathTo(node: PageNode): PageNode[] {
    const find = (list: readonly PageNode[]): PageNode[] | undefined => {
      for (const each of list) {
        if (each === node) return [each];
        const below = find(each.cn ?? []);
        if (below !== undefined) return [...below, each];
      }
      return undefined;
    };
    return find(this.top.data.root?.cn ?? []) ?? [];
  }

  private callMember(owner: Record<string, unknown>, name: string, ...args: unknown[]): unknown {
    const member = owner[name];
    if (typeof member !== 'function' || !this.alive) return undefined;
    try {
      return (member as Call).apply(owner, args);
    } catch (error) {
      this.problems.push(`${name}: ${worded(error)}`);
      return undefined;
    }
  }

  private later(work: Call, ms: number, args: unknown[]): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.run(() => work(...args));
    }, ms);
    this.timers.add(timer);
    return timer;
  }

  private forget(timer: ReturnType<typeof setTimeout>): void {
    clearTimeout(timer);
    this.timers.delete(timer);
  }

  private run(work: () => void): void {
    if (!this.alive) return;
    try {
      work();
    } catch (error) {
      this.problems.push(worded(error));
    }
  }

  private require(file: string): unknown {
    const known = this.modules.get(file);
    if (known !== undefined) return known.exports;
    const whole = path.join(this.folder, file);
    if (!existsSync(whole)) throw new Error(`the build has no ${file}`);
    const module = { exports: {} as unknown };
    this.modules.set(file, module);
    const wrapper = vm.runInContext(
      `(function (require, module, exports) {${readFileSync(whole, 'utf8')}\n})`,
      this.context,
      { filename: whole },
    ) as Call;
    const require = (name: string) => {
      const next = path.posix.join(path.posix.dirname(file), name);
      return this.require(next.endsWith('.js') ? next : `${next}.js`);
    };
    wrapper.call(undefined, require, module, module.exports);
    return module.exports;
  }
}

const running = new Set<MiniProgram>();
// A promise of the app that nobody caught is a fault of the app, and must not end the test run by itself.
process.on('unhandledRejection', (reason) => {
  for (const program of running) program.problems.push(`nobody caught: ${worded(reason)}`);
});

function worded(value: unknown): string {
  if (typeof value === 'string') return value;
  const { stack, message, errMsg } = (value ?? {}) as { stack?: string; message?: string; errMsg?: string };
  return stack ?? message ?? errMsg ?? JSON.stringify(value) ?? String(value);
}

/** Lets everything happen that has been set off and waits for nothing from outside. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 6; round += 1) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Numbers of the templates that pass taps on. */
function tappableTemplates(text: string, attribute: string): Set<string> {
  const parts = text.split(/<template name="/).slice(1);
  return new Set(
    parts.flatMap((part) => {
      const name = /^tmpl_\d+_(\w+?)(_focus|_blur)?"/.exec(part)?.[1];
      return name !== undefined && part.includes(`${attribute}="eh"`) ? [name] : [];
    }),
  );
}

function parsedQuery(query: string): Record<string, string> {
  return Object.fromEntries(
    query
      .split('&')
      .filter((part) => part !== '')
      .map((part) => [part.split('=')[0] ?? '', part.slice(part.indexOf('=') + 1)]),
  );
}

/** 'root.cn.[0].cl': where setData puts a value. */
function setPath(data: object, where: string, value: unknown): void {
  const steps = [...where.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map((match) => match[1] ?? match[0]);
  let place = data as Record<string, unknown>;
  for (const step of steps.slice(0, -1)) {
    place[step] ??= {};
    place = place[step] as Record<string, unknown>;
  }
  place[steps.at(-1) ?? ''] = value;
}

function descendants(node: PageNode): PageNode[] {
  return (node.cn ?? []).flatMap((child) => [child, ...descendants(child)]);
}
