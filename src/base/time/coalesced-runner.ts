/** Work in turns, one at a time. Whoever asks during a turn gets one more turn after it, however many ask. */

export interface Coalesced {
  readonly ask: () => void;
  /** Resolves when no turn is running and none is due. */
  idle(): Promise<void>;
}

/** `turn` must not reject. */
export function coalesced(turn: () => Promise<void>): Coalesced {
  let isAsked = false;
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    while (isAsked) {
      isAsked = false;
      await turn();
    }
    running = null; // in the same tick as the last check of `isAsked`, so that no ask can come between them
  }

  return {
    ask() {
      isAsked = true;
      running ??= run();
    },
    idle: () => running ?? Promise.resolve(),
  };
}
