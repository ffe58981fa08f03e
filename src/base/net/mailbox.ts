/** Mail addresses as people write them. */
import { domainToASCII } from 'node:url';

/** RFC 5321, section 4.5.3.1.3: a path of 256 octets, less its brackets. */
const MAX_CHARACTERS = 254;

/**
 * A mail address by which two spellings of one mailbox are the same: without regard to case, the domain in its ASCII form
 * (RFC 5890). A server might tell `Ada@` from `ada@`; no provider does, and taking both for one person is the safe reading.
 */
export function sameMailbox(address: string): string {
  const at = address.lastIndexOf('@');
  if (at === -1) return address.trim().toLowerCase();
  const domain = address.slice(at + 1).trim();
  return `${address.slice(0, at).trim()}@${domainToASCII(domain) || domain}`.toLowerCase();
}

/**
 * What somebody typed as their address, in the form of `sameMailbox`; null where it is none. Normalised (NFKC) before it is looked
 * at, so that no look-alike of `@` parts it at another place than a mail server would.
 */
export function typedMailbox(text: string): string | null {
  const address = text.normalize('NFKC').trim();
  const [local = '', domain = '', ...more] = address.split('@');
  if (more.length > 0 || local === '' || address.length > MAX_CHARACTERS || /[\s\p{C}]/u.test(address)) return null;
  return domainToASCII(domain) === '' ? null : sameMailbox(address);
}
