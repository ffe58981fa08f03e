/** Opens the tokens that claims carry sealed, once for all claims of a request that came together: they share its record. */
import type { Token } from '../../approval/brand.js';
import type { RequestRecord } from '../../approval/request.js';
import { TOKEN_PURPOSE } from '../../approval/seal-purpose.js';
import type { Encryption } from '../../base/crypto/encryption.js';
import type { RequestClaim } from '../../contract/ledger.js';

/** Null where there is none, or no key of `GATE_SECRET` opens it. */
export type OpenToken = (claim: Pick<RequestClaim, 'request' | 'sealedToken'>) => Token | null;

export function tokenOpener(encryption: Pick<Encryption, 'open'>): OpenToken {
  // weak: a token is held in clear for no longer than the claims that need it
  const opened = new WeakMap<RequestRecord, Token | null>();
  return ({ request, sealedToken }) => {
    if (sealedToken === null) return null;
    const known = opened.get(request);
    if (known !== undefined) return known;
    const token = encryption.open(TOKEN_PURPOSE, request.id, sealedToken) as Token | null;
    opened.set(request, token);
    return token;
  };
}
