// A base map in GCJ-02, the datum of most Chinese web maps, lies up to 600 m off WGS-84.
// Tiles are asked for in the datum of the base map; what comes from elsewhere is moved here.

import { config } from "./config";

const A = 6378245;
const EE = 0.006693421622965943;
const { PI, abs, sin, cos, sqrt } = Math;

const wave = (x: number): number => ((20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2) / 3;
const bow = (x: number): number => ((20 * sin(x * PI) + 40 * sin((x / 3) * PI)) * 2) / 3;
const far = (a: number, x: number, m: number, b: number, n: number): number =>
  ((a * sin((x / m) * PI) + b * sin((x * PI) / n)) * 2) / 3;

/** WGS-84 to GCJ-02, degrees; the same formula as `geo.datum`. */
export function gcj(lng: number, lat: number): [number, number] {
  const [x, y] = [lng - 105, lat - 35];
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + wave(x) + bow(y) + far(160, y, 12, 320, 30);
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + wave(x) + bow(x) + far(150, x, 12, 300, 30);
  const magic = 1 - EE * sin((lat / 180) * PI) ** 2;
  const dLng = (east * 180) / ((A / sqrt(magic)) * cos((lat / 180) * PI) * PI);
  const dLat = (north * 180) / (((A * (1 - EE)) / (magic * sqrt(magic))) * PI);
  return [lng + dLng, lat + dLat];
}

const shifted = config.base?.datum === "GCJ02";

/** What tiles are asked for by. */
export const asked = shifted ? { datum: "GCJ02" } : {};

/** A place in WGS-84 as the map draws it. */
export const drawn = (lng: number, lat: number): [number, number] => (shifted ? gcj(lng, lat) : [lng, lat]);
