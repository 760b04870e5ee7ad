// A base map in GCJ-02 (the datum that Chinese web maps are published in) is up to 600 m off ours.
// Its tiles are put where they belong: each of ours is cut from those that cover it in GCJ-02.

import type { AddProtocolAction } from "maplibre-gl";

const SIDE = 256;
const A = 6378245;
const EE = 0.006693421622965943;
const { PI, abs, sin, cos, sqrt } = Math;

const wave = (x: number): number => ((20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2) / 3;
const bow = (x: number, far: number): number => ((20 * sin(x * PI) + 40 * sin((x / 3) * PI)) * 2) / 3 + far;

/** WGS-84 to GCJ-02, degrees; the same formula as `geo.datum`. */
export function gcj(lng: number, lat: number): [number, number] {
  const [x, y] = [lng - 105, lat - 35];
  const dy = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + wave(x) + bow(y, ((160 * sin((y / 12) * PI) + 320 * sin((y * PI) / 30)) * 2) / 3);
  const dx = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + wave(x) + bow(x, ((150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * 2) / 3);
  const magic = 1 - EE * sin((lat / 180) * PI) ** 2;
  return [lng + (dx * 180) / ((A / sqrt(magic)) * cos((lat / 180) * PI) * PI), lat + (dy * 180) / (((A * (1 - EE)) / (magic * sqrt(magic))) * PI)];
}

const across = (lng: number, z: number): number => ((lng + 180) / 360) * 2 ** z;
const down = (lat: number, z: number): number => ((1 - Math.asinh(Math.tan((lat / 180) * PI)) / PI) / 2) * 2 ** z;

/** Where the north-west corner of our tile lies among the tiles of GCJ-02. */
export function corner(z: number, x: number, y: number): [number, number] {
  const lng = ((x + 0.5) / 2 ** z) * 360 - 180;
  const lat = (Math.atan(Math.sinh(PI * (1 - (2 * (y + 0.5)) / 2 ** z))) * 180) / PI;
  const [east, north] = gcj(lng, lat);
  return [across(east, z) - 0.5, down(north, z) - 0.5];
}

/** The protocol `gcj02://https://…/{z}/{x}/{y}`: one tile, cut from the up to four beneath it. */
export const rectified: AddProtocolAction = async ({ url }, { signal }) => {
  const [z, x, y] = url.slice(url.lastIndexOf("#") + 1).split("/").map(Number) as [number, number, number];
  const template = url.slice("gcj02://".length, url.lastIndexOf("#"));
  const [left, top] = corner(z, x, y);
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const pen = canvas.getContext("2d");
  const wanted = [0, 1].flatMap((i) => [0, 1].map((j): [number, number] => [Math.floor(left) + i, Math.floor(top) + j]));
  await Promise.all(
    wanted.map(async ([column, row]) => {
      const address = template.replace("{Z}", `${z}`).replace("{X}", `${column}`).replace("{Y}", `${row}`);
      const answer = await fetch(address, { signal });
      if (!answer.ok) return;
      const picture = await createImageBitmap(await answer.blob());
      pen?.drawImage(picture, (column - left) * SIDE, (row - top) * SIDE, SIDE, SIDE);
    }),
  );
  return { data: await createImageBitmap(canvas) };
};
