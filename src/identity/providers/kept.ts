/**
 * Something that is fetched when it is first needed and kept for a while: a provider that is down delays no start, and however
 * many wait for it, it is asked once. After a failure it is left alone for a moment; what was there before is used meanwhile.
 */
const GOOD_FOR_MS = 3_600_000;
const FAILED_FOR_MS = 5_000;

export function kept<T>(fetch: () => Promise<T>, nowMs: () => number): () => Promise<T> {
  let value: { readonly of: T } | null = null;
  let failure: { readonly error: unknown } | null = null;
  let untilMs = 0;
  let running: Promise<T> | null = null;

  async function renew(): Promise<T> {
    try {
      const of = await fetch();
      [value, failure, untilMs] = [{ of }, null, nowMs() + GOOD_FOR_MS];
      return of;
    } catch (error) {
      [failure, untilMs] = [{ error }, nowMs() + FAILED_FOR_MS];
      if (value !== null) return value.of;
      throw error;
    } finally {
      running = null;
    }
  }

  return async () => {
    if (nowMs() >= untilMs) return (running ??= renew());
    if (value !== null) return value.of;
    throw failure?.error;
  };
}
