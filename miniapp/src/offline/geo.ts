const EARTH_M = 6_371_000;
const rad = (degrees: number) => (degrees * Math.PI) / 180;

interface Place {
  lng: number;
  lat: number;
}

/** Metres between two positions of the same system. */
export function distanceM(a: Place, b: Place): number {
  const half =
    Math.sin(rad(b.lat - a.lat) / 2) ** 2 +
    Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.sin(rad(b.lng - a.lng) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(half)));
}
