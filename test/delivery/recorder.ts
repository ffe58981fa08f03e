/** Remembers what happened, and lets a test wait for it with a deadline instead of sleeping. */
import { inspect } from 'node:util';

export interface Recorder<T> {
  readonly all: readonly T[];
  add(item: T): void;
  /** Resolves with the `count`th item of this kind, past or future; rejects with all that happened when none comes. */
  until(isIt: (item: T) => boolean, wish?: { readonly count?: number; readonly deadlineMs?: number }): Promise<T>;
}

const DEADLINE_MS = 8_000;

export function recorder<T>(): Recorder<T> {
  const all: T[] = [];
  const watchers = new Set<() => void>();
  return {
    all,
    add(item) {
      all.push(item);
      for (const look of [...watchers]) look();
    },
    until(isIt, { count = 1, deadlineMs = DEADLINE_MS } = {}) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          watchers.delete(look);
          reject(new Error(`not within ${String(deadlineMs)} ms; what happened: ${inspect(all, { depth: 4 })}`));
        }, deadlineMs);
        const look = (): void => {
          const found = all.filter(isIt)[count - 1];
          if (found === undefined) return;
          clearTimeout(timer);
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      });
    },
  };
}
