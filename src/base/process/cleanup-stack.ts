/** Resources are released last-in first-out; one that fails does not keep the others from being released. */

export interface CleanupStack {
  add(name: string, release: () => Promise<void> | void): void;
  /** Idempotent. Answers the names of those that failed. */
  release(): Promise<readonly string[]>;
}

export function cleanupStack(): CleanupStack {
  const stack: { name: string; release: () => Promise<void> | void }[] = [];
  return {
    add(name, release) {
      stack.push({ name, release });
    },
    async release() {
      const failed: string[] = [];
      for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
        try {
          await top.release();
        } catch {
          failed.push(top.name);
        }
      }
      return failed;
    },
  };
}
