/** Who somebody is by the claims of an OpenID provider, and whether this gate takes them. */
import { isOfSeveralTenants, issuerFor } from '../../approval/person-issuer.js';
import { fit } from '../../base/text/fit.js';
import { typedMailbox } from '../../base/net/mailbox.js';
import type { ProviderConfig } from '../../contract/identity-providers.js';
import type { Vouched } from '../accounts/login-or-link.js';
import { Failed } from './adapter.js';

export type Claims = Readonly<Record<string, unknown>>;

const MAX_NAME_CHARACTERS = 100;

export function personOf(claims: Claims, config: ProviderConfig): Vouched {
  const known = issuerFor(config, textOf(claims['tid']));
  if (known.kind !== 'known') throw new Failed('not_allowed', 'tid');
  const email = textOf(claims['email']);
  const isVerified = claims['email_verified'] === true;
  const person: Vouched = {
    provider: config.name,
    issuer: isOfSeveralTenants(config) ? known.issuer : (textOf(claims['iss']) ?? ''),
    subject: textOf(claims['sub']) ?? '',
    email,
    isEmailVerified: isVerified && (config.kind !== 'google' || isGooglesOwn(email, claims['hd'])),
    name: nameOf(claims['name']) ?? nameOf(claims['preferred_username']),
    authoritativeFor: config.authoritativeFor,
  };
  if (config.kind === 'google') tellForeignOrganisation(claims['hd'], config);
  else tellForeignDomain(person, config);
  return person;
}

/** A line as a person reads it, whatever the provider has in there; null: nothing. */
export function nameOf(claim: unknown): string | null {
  const name = (textOf(claim) ?? '')
    .normalize('NFC')
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim();
  return name === '' ? null : fit(name, MAX_NAME_CHARACTERS);
}

/** Of an address that the provider has verified. */
export function tellForeignDomain(
  { email, isEmailVerified }: Pick<Vouched, 'email' | 'isEmailVerified'>,
  { allowedDomains }: ProviderConfig,
): void {
  if (allowedDomains === null) return;
  const domain = isEmailVerified ? domainOf(email) : null;
  if (domain === null) throw new Failed('email_missing', 'email');
  if (!allowedDomains.includes(domain)) throw new Failed('not_allowed', 'domain');
}

/** Google's parameter `hd` only asks; its claim says, and consumers have none. */
function tellForeignOrganisation(hd: unknown, { allowedDomains }: ProviderConfig): void {
  if (allowedDomains?.includes(textOf(hd) ?? '') === false) throw new Failed('not_allowed', 'hd');
}

/** Google verifies an address once; only those that it gives out itself stay somebody's. */
function isGooglesOwn(email: string | null, hd: unknown): boolean {
  const domain = domainOf(email);
  return domain !== null && (domain === 'gmail.com' || domain === hd);
}

function domainOf(email: string | null): string | null {
  const mailbox = email === null ? null : typedMailbox(email);
  return mailbox?.split('@')[1] ?? null;
}

function textOf(claim: unknown): string | null {
  return typeof claim === 'string' && claim !== '' ? claim : null;
}
