/** Waits that double: after an outage nobody is asked more often than needed, and nobody waits for ever. */

/** `first`, twice that, twice that again, up to `longest`, in the unit of both. `times` counts from 0. */
export function doubling(bounds: { readonly first: number; readonly longest: number }, times: number): number {
  return Math.min(bounds.first * 2 ** Math.min(times, 30), bounds.longest);
}
