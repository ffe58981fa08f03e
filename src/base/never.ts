/** Ends an exhaustive switch: a new kind does not compile until every switch knows it. */
export function never(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
