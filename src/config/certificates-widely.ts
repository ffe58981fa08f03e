/** Warns of networks whose every host could claim a client certificate: believing a proxy is meant for the proxy alone. */
import type { Config } from './config.js';

/**
 * Null, or what is said where producers are known by what a proxy says of their certificates, and more than single addresses are
 * trusted: then every host of those networks may say it.
 */
export function certificatesWidely({
  trustedProxies,
  producerSecrets,
}: Pick<Config, 'trustedProxies' | 'producerSecrets'>): string | null {
  const producers = [...producerSecrets]
    .filter(([, { certificates }]) => certificates !== null && certificates.proxyHeaders !== null)
    .map(([name]) => name);
  const wide = trustedProxies.filter((network) => !isOneHost(network));
  if (producers.length === 0 || wide.length === 0) return null;
  return `every host in ${wide.join(', ')} (TRUSTED_PROXIES) is believed about the client certificates of ${producers.join(', ')} (client_cert_from = "proxy")`;
}

function isOneHost(network: string): boolean {
  return network.endsWith(network.includes(':') ? '/128' : '/32');
}
