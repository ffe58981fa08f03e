/** A small write, to know whether the database takes any: asked by everybody who probes readiness, and so not oftener than needed. */
import { systemClock } from '../base/time/clock.js';
import type { Ask } from './verbs/verb.js';

/** One row, the same for all processes, which each of them may write anew at any time. */
const ROW = { name: 'write probe', owner: 'everybody', leaseMs: 0 };
/** Those who ask within this time share one write. */
const SHARED_MS = 2_000;

export function probeBy(ask: Ask, clock = systemClock()): () => Promise<void> {
  let latest: { readonly atMs: number; readonly done: Promise<void> } | null = null;
  return () => {
    const nowMs = clock.monotonicMs();
    if (latest !== null && nowMs - latest.atMs < SHARED_MS) return latest.done;
    const done = ask('leases.take', ROW).then(() => undefined);
    latest = { atMs: nowMs, done };
    done.catch(() => {
      if (latest?.done === done) latest = null;
    });
    return done;
  };
}
