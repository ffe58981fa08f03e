/** Questions to verifiers in flight: the same one is asked once, and each producer has only so many at a time. */
import { UNAVAILABLE, type Authentication } from '../authenticator.js';

/** Anybody can send unknown bearers, so what one producer's verifier is asked at once is bounded. */
const MAX_IN_FLIGHT = 32;

export interface Questions {
  /** `key`: who is asked what. Past the bound: unavailable, and `ask` is not called. */
  ask(producer: string, key: string, ask: () => Promise<Authentication>): Promise<Authentication>;
}

export function questions(): Questions {
  const inFlight = new Map<string, Map<string, Promise<Authentication>>>();
  return {
    ask(producer, key, ask) {
      const own = inFlight.get(producer) ?? new Map<string, Promise<Authentication>>();
      inFlight.set(producer, own);
      const same = own.get(key);
      if (same !== undefined) return same;
      if (own.size >= MAX_IN_FLIGHT) return Promise.resolve(UNAVAILABLE);
      const asking = ask().finally(() => own.delete(key));
      own.set(key, asking);
      return asking;
    },
  };
}
