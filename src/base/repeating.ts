/** Work in turns: one turn at a time, another one for whoever asked meanwhile. An ask is never lost, many are one. */

export interface Repeating {
  readonly ask: () => void;
  /** Resolves when no turn is under way and none is asked for. */
  idle(): Promise<void>;
}

/** `turn` must not reject. */
export function repeating(turn: () => Promise<void>): Repeating {
  let isAsked = false;
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    while (isAsked) {
      isAsked = false;
      await turn();
    }
    running = null; // in the same tick as the last look: no ask falls between the two
  }

  return {
    ask() {
      isAsked = true;
      running ??= run();
    },
    idle: () => running ?? Promise.resolve(),
  };
}
