/** Waits for what another process will do, with a deadline and no longer than needed. */

const LOOK_EVERY_MS = 20;

/** Resolves with the first truthy answer; rejects with what it waited for when the deadline passes. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T> | T,
  deadlineMs = 10_000,
): Promise<Exclude<T, false | null | undefined>> {
  const endMs = performance.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (seen !== false && seen !== null && seen !== undefined) return seen as Exclude<T, false | null | undefined>;
    if (performance.now() > endMs) throw new Error(`waited ${String(deadlineMs)} ms in vain: ${what}`);
    await new Promise((resume) => setTimeout(resume, LOOK_EVERY_MS));
  }
}
