import leven from 'leven';

/** The known word that somebody most likely meant, or `undefined` where none comes near. Case, `-` and `_` are no difference. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > LENGTH_MAX) return undefined;
  const wanted = plain(word);
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of known) {
    const distance = leven(wanted, plain(candidate));
    if (
      (distance <= allowed(wanted, candidate) || isBeginning(wanted, plain(candidate))) &&
      distance < (best?.distance ?? Infinity)
    )
      best = { candidate, distance };
  }
  return best?.candidate;
}

/** As a sentence behind what was found. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const candidate = nearest(word, known);
  return candidate === undefined || candidate === word ? undefined : `Did you mean ${candidate}?`;
}

/** The distance grows with the product of both lengths, and no key is nearly as long. */
const LENGTH_MAX = 64;

const plain = (word: string): string => word.toLowerCase().replaceAll(/[-_]/g, '');

/** A third of the letters may be wrong: `timezon`, `maxDeltes`; not `id` for `to`. */
const allowed = (word: string, candidate: string): number => Math.floor(Math.max(word.length, candidate.length) / 3);

/** `warning` begins with `warn`, `outbound` is the beginning of `outbound-api`. */
const isBeginning = (a: string, b: string): boolean =>
  Math.min(a.length, b.length) >= 3 && (a.startsWith(b) || b.startsWith(a));
