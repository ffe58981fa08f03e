/** Questions to verifiers that are in the air: the same one twice is asked once, and too many of one producer are not asked. */
import { UNAVAILABLE, type Authentication } from '../authenticator.js';

/** Anybody can send a bearer that nobody knows: what one producer's verifier is asked at once stays bounded. */
const MAX_IN_THE_AIR = 32;

export interface Questions {
  /** `key`: who is asked what. Past the bound: unavailable, and `ask` is not called. */
  ask(producer: string, key: string, ask: () => Promise<Authentication>): Promise<Authentication>;
}

export function questions(): Questions {
  const inTheAir = new Map<string, Map<string, Promise<Authentication>>>();
  return {
    ask(producer, key, ask) {
      const own = inTheAir.get(producer) ?? new Map<string, Promise<Authentication>>();
      inTheAir.set(producer, own);
      const same = own.get(key);
      if (same !== undefined) return same;
      if (own.size >= MAX_IN_THE_AIR) return Promise.resolve(UNAVAILABLE);
      const asking = ask().finally(() => own.delete(key));
      own.set(key, asking);
      return asking;
    },
  };
}
