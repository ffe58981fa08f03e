/** Whom a service says that a provider has signed in: judged as if the provider had told us, by the same rules. */
import type { ProviderConfig } from '../../contract/identity-providers.js';
import type { Vouched } from '../accounts/login-or-link.js';
import { personOf, tellForeignDomain } from '../providers/claims.js';
import { isMadeUp } from '../providers/github.js';

/** What a service says. */
export interface Stated {
  readonly provider: string;
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | null;
  readonly isEmailVerified: boolean;
  readonly name: string | null;
  /** Google's claim `hd`. */
  readonly hostedDomain: string | null;
  /** Microsoft's claim `tid`. */
  readonly tenant: string | null;
}

/** Throws `Failed` where `sites.toml` does not take these people. */
export function statedPerson(stated: Stated, config: ProviderConfig): Vouched {
  const { issuer, subject, email, isEmailVerified, name, hostedDomain, tenant } = stated;
  const claims = { iss: issuer, sub: subject, email, email_verified: isEmailVerified, name };
  const person = personOf({ ...claims, hd: hostedDomain, tid: tenant }, withoutDomains(config));
  if (config.kind !== 'github') return person;
  const known = isEmailVerified && email !== null && !isMadeUp(email) ? email : null;
  const asThere = { ...person, email: known, isEmailVerified: known !== null, authoritativeFor: [] };
  tellForeignDomain(asThere, config);
  return asThere;
}

/** GitHub's addresses are judged once those that it makes up are left out. */
function withoutDomains(config: ProviderConfig): ProviderConfig {
  return config.kind === 'github' ? { ...config, allowedDomains: null } : config;
}
