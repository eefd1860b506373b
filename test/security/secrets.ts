/** Looking for what must not be somewhere, in whatever form it may be there. */

/** Every way in which a text could stand somewhere without standing there as it is. */
function formsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const json = JSON.stringify(text).slice(1, -1);
  const html = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  const hex = bytes.toString('hex');
  const percent = encodeURIComponent(text);
  const base64 = [0, 1, 2].map((shift) => coreOf(bytes, shift));
  const all = [
    text,
    json,
    json.replaceAll(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
    html,
    percent,
    percent.replaceAll(/%../g, (code) => code.toLowerCase()),
    hex.replaceAll(/../g, '%$&'),
    hex.replaceAll(/../g, '%$&').toUpperCase(),
    encodeURI(text),
    hex,
    hex.toUpperCase(),
    ...base64,
    ...base64.map((each) => each.replaceAll('+', '-').replaceAll('/', '_')),
  ];
  return [...new Set(all)];
}

/** Base64 of a text that lies `shift` bytes into a longer one, without the ends that depend on the rest. */
const coreOf = (bytes: Buffer, shift: number): string =>
  Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .slice(shift === 0 ? 0 : 4, -4)
    .replace(/=+$/, '');

/** What of `secrets` is in `texts`, by the name of the text: `metrics: 4f5b…`. Bytes are looked through as Latin-1. */
export function leaks(texts: Readonly<Record<string, string>>, secrets: readonly string[]): string[] {
  const forms = secrets.flatMap(formsOf).flatMap((form) => [form, Buffer.from(form).toString('latin1')]);
  return Object.entries(texts).flatMap(([name, text]) =>
    [...new Set(forms)].filter((form) => text.includes(form)).map((form) => `${name}: ${form}`),
  );
}
