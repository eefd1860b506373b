/** The end of a `switch` that covers every case: the compiler rejects a call that can be reached. */
export function unreachable(value: never): never {
  throw new Error(`A case nobody handles: ${JSON.stringify(value)}`);
}
