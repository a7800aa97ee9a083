import { device } from '../device/platform';

/**
 * The phone's clock set right by the server's. What officers see and send is this time: a phone that goes wrong by an
 * hour must not show a wrong deadline.
 */
let offsetMs = 0;
const KEY = 'clock-offset';

/** Reads what the last start knew; called once. */
export async function loadClock(): Promise<void> {
  offsetMs = (await device.store.get<number>(KEY)) ?? 0;
}

/** Takes over the server's instant, as answered just now. */
export function setClock(serverIso: string): void {
  offsetMs = Date.parse(serverIso) - Date.now();
  void device.store.set(KEY, offsetMs).catch(() => undefined);
}

export function now(): Date {
  return new Date(Date.now() + offsetMs);
}

const SHANGHAI_MS = 8 * 3_600_000;
const shifted = (instant: Date | string) => new Date(new Date(instant).getTime() + SHANGHAI_MS).toISOString();

/** 'YYYY-MM-DD' in China. */
export function dateOf(instant: Date | string): string {
  return shifted(instant).slice(0, 10);
}
/** 'HH:mm' in China. */
export function timeOf(instant: Date | string): string {
  return shifted(instant).slice(11, 16);
}
/** 'HH:mm:ss' in China. */
export function secondsOf(instant: Date | string): string {
  return shifted(instant).slice(11, 19);
}
/** '11月23日' of a date. */
export function dayWords(date: string): string {
  return `${Number(date.slice(5, 7))}月${Number(date.slice(8, 10))}日`;
}
/** '周一' of a date. */
export function weekday(date: string): string {
  return `周${'日一二三四五六'[new Date(`${date}T00:00:00Z`).getUTCDay()] ?? ''}`;
}
/** '11-23' of a date. */
export function shortDate(date: string): string {
  return date.slice(5);
}
/** The date `days` after another. */
export function plusDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
/** Whole minutes until an instant, rounded up; never below zero. */
export function minutesTo(iso: string): number {
  return Math.max(0, Math.ceil((Date.parse(iso) - now().getTime()) / 60_000));
}
