/** Tokens that `gate service-token mint` made. The ledger holds their hashes, their end and their revocation. */
import type { ProofsOf } from '../../../contract/caller-proofs.js';
import { isLedgerUnavailable } from '../../../contract/ledger-unavailable.js';
import type { ServiceTokenLedger, ServiceTokenRecord } from '../../../contract/service-token-ledger.js';
import { onlyBearer } from '../../shared/bearer.js';
import { UNAVAILABLE, UNKNOWN, type Authentication, type Authenticator } from '../authenticator.js';
import { isServiceToken, serviceTokenHash } from '../service-token.js';

export interface ServiceTokensDeps {
  readonly ledger: Pick<ServiceTokenLedger, 'use'>;
  readonly proofs: ProofsOf<'serviceTokens'>;
}

/** With the database out of reach it cannot judge: a token that was revoked meanwhile must not pass, nor a good one be lost. */
export function serviceTokens({ ledger, proofs }: ServiceTokensDeps): Authenticator {
  return {
    async authenticate({ rawHeaders }) {
      const presented = onlyBearer(rawHeaders);
      if (presented === null || !isServiceToken(presented)) return UNKNOWN;
      try {
        return callerOf(await ledger.use(serviceTokenHash(presented)), proofs());
      } catch (error) {
        if (isLedgerUnavailable(error)) return UNAVAILABLE;
        throw error;
      }
    },
  };
}

function callerOf(token: ServiceTokenRecord | null, proofs: ReturnType<ServiceTokensDeps['proofs']>): Authentication {
  if (token === null || proofs.get(token.producer)?.serviceTokens !== true) return UNKNOWN;
  const { producer, id, untilMs } = token;
  return { kind: 'caller', producer, identity: `${producer}/service token ${id}`, untilMs };
}
