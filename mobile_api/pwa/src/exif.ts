/** Writes when and where into a JPEG whose own EXIF was lost on the canvas. */
import type { Fix } from "./types";

interface Field {
  tag: number;
  type: 2 | 4 | 5 | 1;
  data: Uint8Array;
}

/** What the phone says of a picture: of one that its own camera has just made, when and where too. */
export type Stamp = { source: "camera"; taken: Date; fix: Fix | null } | { source: "chosen file" };

/** Milliseconds within which a picture counts as taken now. */
const JUST_NOW = 5 * 60_000;
const PROGRAM = "Jinzhi Field";
const ASCII = 2;
const LONG = 4;
const RATIONAL = 5;

/** The JPEG with an EXIF segment after its start, which `own` is if given; other bytes stay as they are. */
export function withExif(jpeg: Uint8Array, stamp: Stamp, own?: Uint8Array): Uint8Array {
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8) return jpeg;
  const body = own ?? segment(stamp);
  const head = new Uint8Array([0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 0xff]);
  return joined(jpeg.subarray(0, 2), head, body, jpeg.subarray(2));
}

/**
 * What the camera wrote into a JPEG, turned upright as its pixels will be.
 *
 * Nothing where it tells neither place nor time; from our own camera also where it tells no place and a time of just
 * now: the phone knows both better.
 */
export function ownExif(jpeg: Uint8Array, source: Stamp["source"], now = Date.now()): Uint8Array | undefined {
  for (let at = 2, end; jpeg[at] === 0xff; at = end) {
    end = at + 2 + jpeg[at + 2]! * 256 + jpeg[at + 3]!;
    // Letter by letter: a text decoder would change what is no text.
    const text = Array.from(jpeg.slice(at + 4, end), (byte) => String.fromCharCode(byte)).join("");
    const telling = text
      .match(/\d{4}:\d\d:\d\d \d\d:\d\d/g)
      ?.some((told) => source === "chosen file" || !(Math.abs(now - Date.parse(told.replace(/:(..):(..) /, "-$1-$2T"))) < JUST_NOW));
    if (!text.startsWith("Exif") || !(telling || /\x88%\0\x04|%\x88\x04\0/.test(text))) continue;
    return Uint8Array.from(
      text.replace(/(\x01\x12\0\x03\0{3}\x01\0|\x12\x01\x03\0\x01\0{3})./s, "$1\x01"),
      (letter) => letter.charCodeAt(0),
    );
  }
}

function segment(stamp: Stamp): Uint8Array {
  const start = bytes("Exif\0\0MM\0*\0\0\0\x08");
  const program = ascii(0x0131, `${PROGRAM}, ${stamp.source}`);
  if (stamp.source !== "camera") return joined(start, directory([program], 8));
  const { taken, fix } = stamp;
  const first = (shotAt: number, placeAt: number) =>
    directory([program, long(0x8769, shotAt), ...(fix ? [long(0x8825, placeAt)] : [])], 8);
  // Its length is the same wherever the others are.
  const shotAt = 8 + first(0, 0).length;
  const shot = directory([ascii(0x9003, written(taken)), ascii(0x9011, zone(taken))], shotAt);
  const placeAt = shotAt + shot.length;
  return joined(start, first(shotAt, placeAt), shot, fix ? directory(gps(fix), placeAt) : new Uint8Array());
}

/** One image file directory, big-endian; values longer than four bytes follow it. */
function directory(fields: Field[], at: number): Uint8Array {
  const table = new DataView(new ArrayBuffer(2 + fields.length * 12 + 4));
  table.setUint16(0, fields.length);
  const tail: Uint8Array[] = [];
  let free = at + table.byteLength;
  fields.forEach(({ tag, type, data }, index) => {
    const offset = 2 + index * 12;
    table.setUint16(offset, tag);
    table.setUint16(offset + 2, type);
    table.setUint32(offset + 4, data.length / { 1: 1, 2: 1, 4: 4, 5: 8 }[type]);
    if (data.length <= 4) data.forEach((value, place) => table.setUint8(offset + 8 + place, value));
    else {
      table.setUint32(offset + 8, free);
      const even = data.length % 2 ? joined(data, new Uint8Array(1)) : data;
      tail.push(even);
      free += even.length;
    }
  });
  return joined(new Uint8Array(table.buffer), ...tail);
}

function gps(fix: Fix): Field[] {
  const fields: Field[] = [
    { tag: 0, type: 1, data: new Uint8Array([2, 3, 0, 0]) },
    ascii(1, fix.lat < 0 ? "S" : "N"),
    rationals(2, degrees(fix.lat)),
    ascii(3, fix.lng < 0 ? "W" : "E"),
    rationals(4, degrees(fix.lng)),
    ascii(0x12, "WGS-84"),
  ];
  if (fix.accuracy !== undefined) fields.push(rationals(0x1f, [[Math.round(fix.accuracy * 10), 10]]));
  return fields;
}

function degrees(value: number): [number, number][] {
  const seconds = Math.round(Math.abs(value) * 3600 * 10_000);
  const whole = Math.floor(seconds / 36_000_000);
  const minutes = Math.floor((seconds % 36_000_000) / 600_000);
  return [[whole, 1], [minutes, 1], [seconds % 600_000, 10_000]];
}

function rationals(tag: number, pairs: [number, number][]): Field {
  const view = new DataView(new ArrayBuffer(pairs.length * 8));
  pairs.forEach(([top, bottom], index) => {
    view.setUint32(index * 8, top);
    view.setUint32(index * 8 + 4, bottom);
  });
  return { tag, type: RATIONAL, data: new Uint8Array(view.buffer) };
}

function long(tag: number, value: number): Field {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value);
  return { tag, type: LONG, data: new Uint8Array(view.buffer) };
}

function ascii(tag: number, text: string): Field {
  return { tag, type: ASCII, data: bytes(`${text}\0`) };
}

/** Local time, as cameras write it, with its zone beside. */
function written(day: Date): string {
  const date = [day.getFullYear(), two(day.getMonth() + 1), two(day.getDate())].join(":");
  return `${date} ${[day.getHours(), day.getMinutes(), day.getSeconds()].map(two).join(":")}`;
}

function zone(day: Date): string {
  const east = -day.getTimezoneOffset();
  return `${east < 0 ? "-" : "+"}${two(Math.abs(east) / 60)}:${two(Math.abs(east) % 60)}`;
}

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, "0");
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function joined(...parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
