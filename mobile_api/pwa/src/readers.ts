/** Two readers of symbols, of which neither is trusted to work because it exists. */

type Read<Source> = (source: Source) => Promise<string[]>;

/** A browser's reader may wait for a service that the phone lacks, for ever. */
const PATIENCE = 2_000;
/** So many looks without a symbol, the browser's reader may be one that never sees any. */
const EMPTY_LOOKS = 15;

/**
 * The browser's own reader, which is quick. Where it is missing, fails or hangs, ours takes over for good; where it
 * goes on seeing nothing, ours looks every other time. Ours is fetched only then, and again while it cannot be had.
 */
export function alternating<Source>(own: Read<Source> | null, fetchOurs: () => Promise<Read<Source>>, patience = PATIENCE): Read<Source> {
  let ours: Read<Source> | null = null;
  let empty = 0;
  const byOurs = async (source: Source) => {
    ours ??= await fetchOurs();
    return ours(source);
  };
  return async (source) => {
    if (own && (empty < EMPTY_LOOKS || empty % 2)) {
      const texts = await inTime(own(source), patience).catch(() => null);
      empty = texts?.length ? 0 : empty + 1;
      if (texts) return texts;
      own = null;
    }
    empty += 1;
    return byOurs(source).catch(() => []);
  };
}

function inTime<T>(work: Promise<T>, patience: number): Promise<T> {
  return new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error("no answer")), patience);
    work.then(done, fail).finally(() => clearTimeout(timer));
  });
}
