/** Several ways of proof as one: asked one after the other, in the order given. */
import { UNAVAILABLE, UNKNOWN, type Authentication, type Authenticator, type Call } from '../authenticator.js';

/**
 * The first that knows the caller wins, and those behind it are not asked. Where none does and one of them could not judge,
 * the answer is `unavailable` and not `unknown`: the caller is told to try again.
 */
export function inOrder(authenticators: readonly Authenticator[]): Authenticator {
  return {
    async authenticate(call: Call): Promise<Authentication> {
      let isUndecided = false;
      for (const authenticator of authenticators) {
        const found = await authenticator.authenticate(call);
        if (found.kind === 'caller') return found;
        isUndecided ||= found.kind === 'unavailable';
      }
      return isUndecided ? UNAVAILABLE : UNKNOWN;
    },
  };
}
