/** So many calls at once, the rest in the order they came. */

export interface Slots {
  /** Resolves with what gives the slot back; null when the signal aborts first. */
  take(signal: AbortSignal): Promise<(() => void) | null>;
}

export function createSlots(count: number): Slots {
  const waiting = new Set<() => void>();
  let free = count;
  function giveBack(): void {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else next();
  }
  /** A slot is given back once, however often it is said. */
  function taken(): () => void {
    let isGivenBack = false;
    return () => {
      if (!isGivenBack) giveBack();
      isGivenBack = true;
    };
  }
  return {
    take(signal) {
      if (signal.aborted) return Promise.resolve(null);
      if (free > 0) {
        free -= 1;
        return Promise.resolve(taken());
      }
      return new Promise((resolve) => {
        const stop = (): void => {
          waiting.delete(begin);
          resolve(null);
        };
        const begin = (): void => {
          waiting.delete(begin);
          signal.removeEventListener('abort', stop);
          resolve(taken());
        };
        waiting.add(begin);
        signal.addEventListener('abort', stop, { once: true });
      });
    },
  };
}
