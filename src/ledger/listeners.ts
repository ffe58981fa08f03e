/** Those who want to hear of changes. */
import type { Change } from '../contract/ledger.js';

export interface Listeners {
  readonly add: (listener: (change: Change) => void) => void;
  readonly tell: (change: Change) => void;
  /** No listener is called after this. */
  readonly silence: () => void;
}

export function createListeners(): Listeners {
  const all: ((change: Change) => void)[] = [];
  return {
    add: (listener) => void all.push(listener),
    tell: (change) => {
      for (const listener of all) listener(change);
    },
    silence: () => {
      all.length = 0;
    },
  };
}
