/** A time as machines read it: ISO 8601 in UTC, to the millisecond. */
export function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
