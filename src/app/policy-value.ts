import type { Path } from './policy-yaml.ts';

/** Looking into what a policy file says before anything is known of its shape. */

/** What stands at a path, or `undefined` where nothing does. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => (isContainer(inner) ? inner[step] : undefined), value);
}

const isContainer = (value: unknown): value is Record<string | number, unknown> =>
  typeof value === 'object' && value !== null;

/** The entries of a list; none where there is no list. */
export function listAt(value: unknown, path: Path): readonly unknown[] {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found : [];
}

/** Every key and every value in the file, parents first. Return `false` to look no further below. */
export function walk(value: unknown, visit: (value: unknown, path: Path) => boolean, path: Path = []): void {
  if (!visit(value, path) || !isContainer(value)) return;
  for (const [key, inner] of Object.entries(value))
    walk(inner, visit, [...path, Array.isArray(value) ? Number(key) : key]);
}

/** `policy.rules[2].retain`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}
