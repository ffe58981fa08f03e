/** The HTTP client over TLS: who the server is, and who we are. */
import { once } from 'node:events';
import type http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import { Secret } from '../../src/base/crypto/secret.js';
import { makeAuthority } from '../fakes/certificate.js';
import { anywhere, call, closeAfterEach, closers } from '../fixtures/network/peers.js';

closeAfterEach();

const authority = makeAuthority('Test authority');

describe('TLS', () => {
  const ours = authority.issue('gate');

  test('a server is verified, and the client shows its certificate', async () => {
    const url = await securePeer(({ socket }) =>
      socket instanceof TLSSocket ? String(socket.getPeerCertificate().subject.CN) : 'plain',
    );
    const options = { ...anywhere, trustedAuthorities: [authority.cert] };
    const clientCertificate = { cert: new Secret(ours.cert), key: new Secret(ours.key) };

    const known = await call({ url }, { ...options, clientCertificate });
    const nameless = await call({ url, timeoutMs: 2_000 }, options);

    expect(known.kind === 'answered' && known.body.toString()).toBe('gate');
    expect(nameless.kind).not.toBe('answered');
  });

  test('a server of an unknown authority learns nothing of the call', async () => {
    const url = await securePeer(() => 'hello');

    expect(await call({ url }, anywhere)).toEqual({ kind: 'not_sent', reason: 'tls' });
  });

  test('a connection that is not set up is given up before the call’s own time is over', async () => {
    const silent = net.createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    closers.push(() => silent.close());
    await once(silent, 'listening');
    const url = `https://127.0.0.1:${String((silent.address() as AddressInfo).port)}`;

    const answer = await call({ url, connectTimeoutMs: 50, timeoutMs: 60_000 });

    expect(answer).toEqual({ kind: 'not_sent', reason: 'timeout' });
  });
});

async function securePeer(say: (request: http.IncomingMessage) => string): Promise<string> {
  const server = https.createServer(
    { ...authority.issue('localhost'), ca: authority.cert, requestCert: true, rejectUnauthorized: true },
    (request, response) => response.end(say(request)),
  );
  server.listen(0, '127.0.0.1');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return `https://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
}
