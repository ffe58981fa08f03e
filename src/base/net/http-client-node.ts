/** The HTTP client on node:http and node:https: keep-alive, no redirects, no environment proxies. It never throws. */
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { rootCertificates } from 'node:tls';
import { exchange, type Wire } from './http-exchange.js';
import { createEgressPolicy, type EgressPolicy } from './egress-policy.js';
import type { HttpClient, HttpClientOptions } from './http-client.js';

/** Below the 5 s after which Node's own servers, and many others, close an idle connection. */
const IDLE_CONNECTION_MS = 4_000;
const MAX_IDLE_CONNECTIONS_PER_HOST = 16;

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const egress = createEgressPolicy(options.egress, options.allowedNetworks);
  const agents = createAgents(options, egress);
  return {
    async call(call) {
      const url = URL.canParse(call.url) ? new URL(call.url) : null;
      if (url === null || !/^https?:$/.test(url.protocol)) return { kind: 'not_sent', reason: 'network' };
      if (call.signal.aborted) return { kind: 'not_sent', reason: 'aborted' };
      const isEncrypted = url.protocol === 'https:';
      const host = url.hostname.replace(/^\[|\]$/g, '');
      // The guard sits in the name look-up, which a literal address never goes through, so it is judged here.
      if (isIP(host) !== 0 && !egress.permits(host, isEncrypted))
        return { kind: 'not_sent', reason: 'forbidden_address' };
      const wire: Wire = isEncrypted
        ? { isEncrypted, request: (wanted) => https.request({ ...wanted, agent: agents.https }) }
        : { isEncrypted, request: (wanted) => http.request({ ...wanted, agent: agents.http }) };
      return exchange(call, { url, host, wire });
    },
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

function createAgents(options: HttpClientOptions, egress: EgressPolicy): { http: http.Agent; https: https.Agent } {
  const shared = { keepAlive: true, timeout: IDLE_CONNECTION_MS, maxFreeSockets: MAX_IDLE_CONNECTIONS_PER_HOST };
  const { clientCertificate: own, trustedAuthorities: trusted } = options;
  return {
    http: new http.Agent({ ...shared, lookup: egress.lookup(false) }),
    https: new https.Agent({
      ...shared,
      lookup: egress.lookup(true),
      ...(own === undefined ? {} : { cert: own.cert.revealText(), key: own.key.revealText() }),
      ...(trusted === undefined ? {} : { ca: [...rootCertificates, ...trusted] }),
    }),
  };
}
