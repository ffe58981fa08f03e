/** Whoever is signed in at a site, as its list and as a card sees them. */
import type { PassagePerson } from '../../approval/passage.js';
import { signedInByInWords } from '../../approval/signed-in-by.js';
import type { SignedInPerson } from '../../contract/access-request.js';
import type { CredentialFacts } from '../../contract/account-ledger.js';
import type { SignedInHere } from '../../contract/handed-out-here.js';

export function passagePerson({ account, credential }: SignedInHere): PassagePerson {
  if (credential === null) return { approver: account.approver, credential: null };
  const { provider, issuer, subject } = credential;
  return {
    approver: account.approver,
    credential: { provider, issuer, subject, verifiedMailbox: mailboxOf(credential) },
  };
}

/** As a card names them. `titleOf`: what people call a provider. */
export function requestPerson(
  { account, credential, signedInBy }: SignedInHere,
  titleOf: (provider: string) => string,
): SignedInPerson {
  const handle = account.approver ?? (account.isOperator ? account.id : null);
  const how = signedInBy === null ? null : signedInByInWords(signedInBy);
  return {
    handle,
    name: credential?.name ?? account.name,
    mailbox: credential === null ? null : mailboxOf(credential),
    by: credential === null ? how : titleOf(credential.provider),
  };
}

function mailboxOf({ email, isEmailVerified }: CredentialFacts): string | null {
  return isEmailVerified ? email : null;
}
