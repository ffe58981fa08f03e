/** One mail address and nothing beside it: no name, no list, no line break that could become a header. */

/** RFC 5321, 4.5.3.1: 64 octets before the @, 254 in all (RFC 3696, erratum 1690). */
const MAX_LOCAL_OCTETS = 64;
const MAX_ADDRESS_OCTETS = 254;
const LOCAL = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

export function isMailAddress(text: string): boolean {
  const [local = '', domain = '', ...rest] = text.split('@');
  if (rest.length > 0 || text.length > MAX_ADDRESS_OCTETS || local.length > MAX_LOCAL_OCTETS) return false;
  return LOCAL.test(local) && domain.split('.').every((label) => LABEL.test(label));
}

/** `Name <address>` or an address alone; null: it is neither. */
export function readMailSender(text: string): { readonly name: string; readonly address: string } | null {
  const [, name = '', bracketed] = /^([^<>]*)<([^<>]*)>$/.exec(text.trim()) ?? [];
  const address = (bracketed ?? text).trim();
  if (!isMailAddress(address) || /\p{Cc}/u.test(text)) return null;
  return { name: name.trim().replace(/^"(.*)"$/, '$1'), address };
}
