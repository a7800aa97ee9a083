import { dateOf, secondsOf } from '../../../api/clock';
import type { Position } from '../../../device/device';
import { words } from '../../../words';

/** What is drawn on the lower edge of each photo: whose point, who and when, where. */
export function watermark(
  point: { enterprise: string; name: string; code: string },
  officer: string,
  at: Date,
  place: Position | undefined,
): string[] {
  return [
    `${point.enterprise} · ${point.name} ${point.code}`,
    `${officer} ${dateOf(at)} ${secondsOf(at)}`,
    place === undefined
      ? words.photo.noPosition
      : `${place.lat.toFixed(4)}°N ${place.lng.toFixed(4)}°E ±${place.accuracyM} 米`,
  ];
}
