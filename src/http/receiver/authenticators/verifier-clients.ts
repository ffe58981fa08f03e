/** HTTP clients for verifiers, one for each reach: public addresses, listed networks, and loopback where the URL names it. */
import { createHttpClient } from '../../../base/net/http-client-node.js';
import type { HttpClient } from '../../../base/net/http-client.js';
import { isLoopbackHost } from '../../../base/net/reachable-from.js';
import type { VerifierProof } from '../../../contract/caller-proofs.js';

const LOOPBACK = ['127.0.0.0/8', '::1/128'];

export interface VerifierClients {
  of(verifier: Pick<VerifierProof, 'url' | 'allowedNetworks'>): HttpClient;
  close(): void;
}

export function verifierClients(): VerifierClients {
  const clients = new Map<string, HttpClient>();
  return {
    of({ url, allowedNetworks: listed }) {
      const allowedNetworks = isLoopbackHost(new URL(url).hostname) ? [...listed, ...LOOPBACK] : listed;
      const key = allowedNetworks.join(',');
      const client = clients.get(key) ?? createHttpClient({ egress: 'public', allowedNetworks });
      clients.set(key, client);
      return client;
    },
    close() {
      for (const client of clients.values()) client.close();
    },
  };
}
