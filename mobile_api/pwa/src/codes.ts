/** The code on a tag, read and checked without a network; the same rules as tagging/codes.py. */

export const ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const BODY = 11;
const MAX_RAW = 2048;
const NOISE = /[\s\x00-\x1f\x7f\u00ad\u200b-\u200f\u2060\ufeff]+/g;
const HYPHENS = /[-\u2010-\u2015\u2212]/g;
const AIM = /^\]Q[0-6]/;
const ADDRESS = /^(?:HTTPS?:\/\/)?[^/?#@]+\/T\/([^/?#]+)\/?(?:[?#].*)?$/;

export type Read = { code: string } | { wrong: "malformed" | "check" };

export function checkSymbol(body: string): string {
  let total = 0;
  for (let place = 0; place < body.length; place++) total += (place + 1) * ALPHABET.indexOf(body[place] ?? "");
  return ALPHABET[total % ALPHABET.length] ?? "";
}

/** The code in what a scanner or a thumb gave: an address, a bare code, grouped or full-width. */
export function normalise(raw: string): Read {
  if (raw.length > MAX_RAW) return { wrong: "malformed" };
  const folded = raw.replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
  let text = folded.replace(NOISE, "").replace(/[a-z]/g, (c) => c.toUpperCase()).replace(AIM, "");
  if (text.includes("/")) {
    const address = ADDRESS.exec(text);
    if (!address) return { wrong: "malformed" };
    text = address[1] ?? "";
  }
  text = text.replace(HYPHENS, "");
  if (text.length !== BODY + 1 || [...text].some((c) => !ALPHABET.includes(c))) return { wrong: "malformed" };
  return checkSymbol(text.slice(0, BODY)) === text[BODY] ? { code: text } : { wrong: "check" };
}

/** Of several symbols in view that of a tag, else one that would be if it were read rightly, else the first. */
export function likeliest(texts: string[]): string | undefined {
  const by = (is: (read: Read) => boolean) => texts.find((text) => is(normalise(text)));
  return by((read) => "code" in read) ?? by((read) => "wrong" in read && read.wrong === "check") ?? texts[0];
}

export function grouped(code: string): string {
  return code.replace(/(.{4})(?=.)/g, "$1 ");
}
