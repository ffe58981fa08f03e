/** HTTP clients for verifiers, one for each reach: public addresses, listed networks, and loopback where the URL names it. */
import { createHttpClient } from '../../../base/http-client-node.js';
import type { HttpClient } from '../../../base/http-client.js';
import type { VerifierProof } from '../../../contract/caller-proofs.js';

const LOOPBACK = ['127.0.0.0/8', '::1/128'];
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export interface VerifierClients {
  of(verifier: Pick<VerifierProof, 'url' | 'allowedNetworks'>): HttpClient;
  close(): void;
}

export function verifierClients(): VerifierClients {
  const clients = new Map<string, HttpClient>();
  return {
    of({ url, allowedNetworks: listed }) {
      const allowedNetworks = LOOPBACK_HOST.test(new URL(url).hostname) ? [...listed, ...LOOPBACK] : listed;
      const key = allowedNetworks.join(',');
      const client = clients.get(key) ?? createHttpClient({ reach: 'public', allowedNetworks });
      clients.set(key, client);
      return client;
    },
    close() {
      for (const client of clients.values()) client.close();
    },
  };
}
