/** Ends an exhaustive switch: when a kind is added, every switch that lacks it stops compiling. */
export function never(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
