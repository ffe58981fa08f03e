/** Where a secret, or a person who is about to decide, may be sent: an https URL, or plain http that never leaves this machine. */
import { isLoopbackHost } from './reachable-from.js';

export function isHttpsOrLoopback({ protocol, hostname }: Pick<URL, 'protocol' | 'hostname'>): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));
}
