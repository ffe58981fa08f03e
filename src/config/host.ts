/** Host names as sites are found by: lower case, without port and trailing dot, international names in ASCII. */
import { domainToASCII } from 'node:url';

const MAX_HOST_CHARACTERS = 253;
const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const HOST = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
const IPV6_HOST = /^\[[0-9a-f:.]+\]$/;

/**
 * Null when the text is no host. Characters are checked before and after `domainToASCII`, because that function reads
 * as a URL parser does: it cuts at `/`, decodes `%65` and turns `2130706433` into an address.
 */
export function canonicalHost(text: string): string | null {
  const bare = text
    .toLowerCase()
    .replace(/:\d{1,5}$/, '')
    .replace(/\.$/, '');
  if (IPV6_HOST.test(bare)) return bare;
  if (!/^[\p{L}\p{M}\p{N}._-]+$/u.test(bare)) return null;
  const ascii = /^[\x20-\x7e]+$/.test(bare) ? bare : domainToASCII(bare);
  return ascii.length <= MAX_HOST_CHARACTERS && HOST.test(ascii) ? ascii : null;
}

/** `co.uk`, `com.br` and their like. Of the public suffixes with two labels these alone are told by their form; the documents warn of the rest. */
const SHARED_BY_A_COUNTRY = /^(?:ac|co|com|edu|gov|net|org)\.[a-z]{2}$/;

/** Whether a pattern may end in this canonical host: a top-level domain or a public suffix is everybody's, and a number an address. */
export function isNarrow(host: string): boolean {
  return /^[^[].*\..*[^\d.][^.]*$/.test(host) && !SHARED_BY_A_COUNTRY.test(host);
}
