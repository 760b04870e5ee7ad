/** Numbers as thumbs write them. */

const FULL_WIDTH: Record<string, string> = { "．": ".", "。": ".", "，": ",", "－": "-", "−": "-", "＋": "+" };
/** A comma before three digits may be a thousand's or a point: whoever writes it is asked again. */
const DOUBTFUL = /^[+-]?[1-9]\d{0,2}(,\d{3})+$/;
const NUMBER = /^[+-]?(\d+[.,]?\d*|[.,]\d+)$/;

/** What was typed as a number; a text that is none stays, and is told to be wrong. */
export function numberIn(text: string): number | string | undefined {
  const plain = text
    .trim()
    .replace(/[．。，－−＋]/g, (c) => FULL_WIDTH[c] ?? c)
    .replace(/[０-９]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
  if (!plain) return undefined;
  return NUMBER.test(plain) && !DOUBTFUL.test(plain) ? Number(plain.replace(",", ".")) : text;
}
