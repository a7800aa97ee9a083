/** Evidence that somebody was at the point, as known when it is weighed. */
export interface Evidence {
  /** ticket: scanned online, signed by us; code: the door's valid code, read offline; old_code: a revoked print; none. */
  scan: 'ticket' | 'code' | 'old_code' | 'none';
  /** Metres between phone and point; null when one of them is not known. */
  distanceM: number | null;
  /** The phone's own radius of uncertainty, metres; null without a position. */
  accuracyM: number | null;
  fenceM: number;
  /** Largest difference between a photo's camera time and the filling, minutes; null when no photo tells. */
  cameraMinutesOff: number | null;
  /** Photos that were seen before in this enterprise. */
  repeatedPhotos: number;
  /** Minutes by which the phone's clock was off. */
  clockMinutesOff: number;
  /** Seconds from opening the checklist to filling it in, and how many answers were given in them. */
  secondsSpent: number;
  answers: number;
  /** The phone's time was not believed. */
  timeDoubted: boolean;
}

export interface TrustReason {
  code: string;
  points: number;
  text: string;
}

/** Phones are rarely better than this indoors (domain.md §E3: accuracy ≤ 50 m). */
const GOOD_ACCURACY_M = 50;
const CAMERA_MINUTES = 30;
const CLOCK_MINUTES = 10;
/** Nobody reads an item and answers it in less. */
const SECONDS_PER_ANSWER = 2;

/**
 * Weighs presence evidence into 0–100 with the reasons for every point lost. It leads to a review, never to a refusal.
 * The weights are our own design (domain.md §E3).
 */
export function trustScore(evidence: Evidence): { score: number; reasons: TrustReason[] } {
  const reasons: TrustReason[] = [];
  const lose = (points: number, code: string, text: string) => reasons.push({ code, points, text });
  if (evidence.scan === 'code') lose(10, 'scan_offline', '离线扫码，服务器没有当场确认');
  if (evidence.scan === 'old_code') lose(40, 'scan_revoked', '扫的是已作废的点位码');
  if (evidence.scan === 'none') lose(40, 'scan_missing', '没有有效的现场扫码');
  if (evidence.accuracyM === null) lose(15, 'position_missing', '没有定位');
  else if (evidence.distanceM !== null && evidence.distanceM > evidence.fenceM + evidence.accuracyM) {
    lose(30, 'position_far', `定位离点位约 ${Math.round(evidence.distanceM)} 米`);
  } else if (evidence.accuracyM > GOOD_ACCURACY_M) {
    lose(5, 'position_vague', `定位误差约 ${Math.round(evidence.accuracyM)} 米`);
  }
  if (evidence.cameraMinutesOff !== null && evidence.cameraMinutesOff > CAMERA_MINUTES) {
    lose(20, 'camera_time', `照片拍摄时间与填写时间相差 ${Math.round(evidence.cameraMinutesOff)} 分钟`);
  }
  if (evidence.repeatedPhotos > 0) lose(30, 'photo_repeated', `${evidence.repeatedPhotos} 张照片与以前的相同或极相似`);
  if (evidence.clockMinutesOff > CLOCK_MINUTES)
    lose(10, 'clock_off', `手机时间相差 ${Math.round(evidence.clockMinutesOff)} 分钟`);
  if (evidence.timeDoubted) lose(10, 'time_doubted', '填写时间超出可信范围，按收到时间计');
  if (evidence.secondsSpent < evidence.answers * SECONDS_PER_ANSWER) {
    lose(15, 'too_quick', `${Math.max(0, Math.round(evidence.secondsSpent))} 秒填完 ${evidence.answers} 项`);
  }
  const lost = reasons.reduce((sum, reason) => sum + reason.points, 0);
  return { score: Math.max(0, 100 - lost), reasons };
}

const EARTH_M = 6_371_000;

/** Metres between two positions in degrees, on a sphere. */
export function distanceM(a: { lng: number; lat: number }, b: { lng: number; lat: number }): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (x: number) => Math.sin(radians(x) / 2) ** 2;
  const chord = half(b.lat - a.lat) + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * half(b.lng - a.lng);
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(chord)));
}
