/** Where the phone is. */
import { isApple } from "./install";
import { Watched } from "./store";
import type { Fix } from "./types";

export const here = new Watched<{ fix: Fix; at: number } | null>(null);

const FRESH = 5 * 60_000;
let watching: number | null = null;

/** Follows the receiver while the app is in sight; asks once for the permission. */
export function follow(): void {
  if (watching !== null || !("geolocation" in navigator)) return;
  watching = navigator.geolocation.watchPosition(
    ({ coords }) => {
      const fix: Fix = { lng: coords.longitude, lat: coords.latitude, datum: "WGS84" };
      if (Number.isFinite(coords.accuracy)) fix.accuracy = Math.round(coords.accuracy * 10) / 10;
      // By the phone's clock: the receiver's own may be hours from it.
      here.set({ fix, at: Date.now() });
    },
    (error) => {
      if (error.code === error.PERMISSION_DENIED) watching = null;
    },
    { enableHighAccuracy: true, maximumAge: 30_000 },
  );
}

/** The last position if it is of these minutes; a fact waits for no satellite. */
export function fixNow(): Fix | null {
  const last = here.value;
  const age = last ? Date.now() - last.at : -1;
  // Less than nothing: the clock was set back since.
  return last && age >= 0 && age < FRESH ? last.fix : null;
}

/** Opens the phone's own maps at a place in WGS 84 (RFC 5870); Apple's know no geo: address. */
export function routeTo([lng, lat]: readonly [number, number], title: string): string {
  const name = encodeURIComponent(title);
  return isApple() ? `https://maps.apple.com/?daddr=${lat},${lng}&q=${name}` : `geo:${lat},${lng}?q=${lat},${lng}(${name})`;
}

/** Metres on the sphere. */
export function metres(a: { lng: number; lat: number }, b: readonly [number, number]): number {
  const rad = Math.PI / 180;
  const x = (b[0] - a.lng) * rad * Math.cos(((a.lat + b[1]) / 2) * rad);
  const y = (b[1] - a.lat) * rad;
  return Math.hypot(x, y) * 6_371_000;
}

export function farText(distance: number): string {
  return distance < 1000 ? `${Math.round(distance / 10) * 10} m` : `${(distance / 1000).toFixed(1)} km`;
}
