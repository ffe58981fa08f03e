/** Lets so many in at once. Those beyond wait in line, each for so long; who waits longer is refused. */

export interface Semaphore {
  /** Resolves when it is one's turn. Rejects when it does not come in time: then there is nothing to leave. */
  enter(): Promise<void>;
  leave(): void;
}

export interface SemaphoreInput {
  readonly places: number;
  readonly patienceMs: number;
}

export function createSemaphore({ places, patienceMs }: SemaphoreInput): Semaphore {
  /** In the order in which they came, which is a set's. */
  const line = new Set<() => void>();
  let free = places;

  function wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        line.delete(letIn);
        reject(new Error('every place is taken, and none was left in time'));
      }, patienceMs).unref();
      function letIn(): void {
        clearTimeout(timer);
        resolve();
      }
      line.add(letIn);
    });
  }

  return {
    enter() {
      if (free === 0) return wait();
      free -= 1;
      return Promise.resolve();
    },
    leave() {
      const [next] = line;
      if (next === undefined) {
        free += 1;
        return;
      }
      line.delete(next);
      next();
    },
  };
}
