/** Where browsers have passkeys: at a name, over https, or at `localhost` (W3C Web Authentication, section 5.1.3, step 8). */
import { isIP } from 'node:net';

export function hasPasskeysAt(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
  const isSecure = protocol === 'https:' || hostname === 'localhost' || hostname.endsWith('.localhost');
  return isSecure && !isAddress;
}
