/** Where a verifier may lie: the same guard as for every outgoing call, with what its own table opens and no more. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { HttpAnswer } from '../../../src/base/net/http-client.js';
import { verifierClients, type VerifierClients } from '../../../src/http/receiver/authenticators/verifier-clients.js';

let clients: VerifierClients;
beforeEach(() => {
  clients = verifierClients();
});
afterEach(() => clients.close());

function call(url: string, allowedNetworks: readonly string[] = []): Promise<HttpAnswer> {
  const client = clients.of({ url, allowedNetworks });
  return client.call({ method: 'POST', url, headers: {}, signal: new AbortController().signal, timeoutMs: 1_000 });
}

test.each([
  ['a cloud machine’s own data', 'https://169.254.169.254/verify'],
  ['a private network', 'https://10.1.2.3/verify'],
  ['a private network that another verifier may lie in', 'https://10.0.1.9/verify'],
])('%s is not called', async (_what, url) => {
  await call('https://127.0.0.1:1/verify', ['10.0.1.0/24']);

  expect(await call(url)).toEqual({ kind: 'not_sent', reason: 'forbidden_address' });
});

test('loopback is called where the url says so, and nothing listens there', async () => {
  expect(await call('http://127.0.0.1:1/verify')).toEqual({ kind: 'not_sent', reason: 'refused' });
});
