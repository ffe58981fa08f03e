/**
 * Passage: who passes a site by who they are, without a request. A site lists them; what is listed of a provider counts for whoever
 * signed in at that very provider, and an address only where the provider has verified it.
 */
import type { ApproverId } from './brand.js';

/** Which provider of `sites.toml`, and who it says it is: both must fit, so that a table that is pointed elsewhere lets nobody in. */
interface AtProvider {
  readonly provider: string;
  /** By any of which its people are known (`person-issuer.ts`). */
  readonly issuers: readonly string[];
}

/** Mailboxes in the form of `sameMailbox`, domains in ASCII. */
export type PassageEntry =
  /** The site's own approvers, however they signed in. */
  | { readonly kind: 'approvers' }
  | ({ readonly kind: 'subject'; readonly subject: string } & AtProvider)
  | ({ readonly kind: 'mailbox'; readonly mailbox: string } & AtProvider)
  | ({ readonly kind: 'domain'; readonly domain: string } & AtProvider);

/** Whoever is signed in, as the list is asked about them. */
export interface PassagePerson {
  /** Null: no approver. */
  readonly approver: ApproverId | null;
  /** What this session was started by; null: by no provider. */
  readonly credential: PassageCredential | null;
}

interface PassageCredential {
  readonly provider: string;
  readonly issuer: string;
  readonly subject: string;
  /** In the form of `sameMailbox`; null: none, or none that the provider has verified. */
  readonly verifiedMailbox: string | null;
}

interface PassageOf {
  readonly approvers: readonly ApproverId[];
  readonly passage: readonly PassageEntry[];
}

/** Whether the site lets this person in by who they are, as its list stands now. */
export function mayPass(person: PassagePerson, { approvers, passage }: PassageOf): boolean {
  return passage.some((entry) => {
    if (entry.kind === 'approvers') return person.approver !== null && approvers.includes(person.approver);
    const { credential } = person;
    if (credential?.provider !== entry.provider || !entry.issuers.includes(credential.issuer)) return false;
    return isNamed(credential, entry);
  });
}

function isNamed(
  { subject, verifiedMailbox }: PassageCredential,
  entry: Exclude<PassageEntry, { readonly kind: 'approvers' }>,
): boolean {
  switch (entry.kind) {
    case 'subject':
      return subject === entry.subject;
    case 'mailbox':
      return verifiedMailbox === entry.mailbox;
    case 'domain':
      return verifiedMailbox !== null && verifiedMailbox.slice(verifiedMailbox.lastIndexOf('@') + 1) === entry.domain;
  }
}

/** `subject 4711 at koder`, for whoever reads what applies to a site. */
export function passageInWords(entry: PassageEntry): string {
  switch (entry.kind) {
    case 'approvers':
      return 'its approvers';
    case 'subject':
      return `subject ${entry.subject} at ${entry.provider}`;
    case 'mailbox':
      return `${entry.mailbox} at ${entry.provider}`;
    case 'domain':
      return `everybody of ${entry.domain} at ${entry.provider}`;
  }
}
