/** A real OpenID provider (`oidc-provider`) on loopback: Koder ID, or Google by the claims that it gives. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Provider from 'oidc-provider';
import { openIdConfiguration, type OpenIdPerson } from '../../demo/koder-id/configuration.js';

export interface FakeOpenId {
  readonly issuer: string;
  /** Whoever sits before its page. */
  person: OpenIdPerson;
  /** What its page does: a button to press in a browser, at once, or no. */
  mode: 'button' | 'at_once' | 'denies';
  /** How often its discovery was asked for. */
  readonly discoveries: () => number;
  close(): Promise<void>;
}

/** The gate, as these fakes know it. */
export const CLIENT = { client_id: 'koder-gate', client_secret: 'secret-of-koder-gate' };

/** `client`: what it knows of the gate, beside or instead of what is usual. */
export async function startFakeOpenId(redirectUri: () => string, client: object = {}): Promise<FakeOpenId> {
  let provider: Provider | null = null;
  let discoveries = 0;
  const people = new Map<string, OpenIdPerson>();
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/.well-known/openid-configuration') === true) discoveries += 1;
    if (request.url?.startsWith('/interaction/') === true) void interaction(request, response);
    else provider?.callback()(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://localhost:${String((server.address() as AddressInfo).port)}`;

  const fake: FakeOpenId = {
    issuer,
    person: { sub: 'ada', email: 'ada@koder.dev', email_verified: true, name: 'Ada' },
    mode: 'at_once',
    discoveries: () => discoveries,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function interaction(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (fake.mode === 'button' && request.method === 'GET') {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>Koder ID</title><form method="post"><button>It is me</button></form>');
      return;
    }
    people.set(fake.person.sub, fake.person);
    const result = fake.mode === 'denies' ? { error: 'access_denied' } : { login: { accountId: fake.person.sub } };
    await provider?.interactionFinished(request, response, result);
  }

  provider = await quietly(async () => {
    const { default: Made } = await import('oidc-provider');
    return new Made(
      issuer,
      openIdConfiguration(
        { ...CLIENT, redirect_uris: [redirectUri()], ...client },
        { provider: () => provider, people, cookieKey: 'a key of the fake' },
      ),
    );
  });
  return fake;
}

/** It warns of Node 20, and of keys and of a memory that are made for trying it out, which is what this does. */
async function quietly<T>(run: () => Promise<T>): Promise<T> {
  const { warn } = console;
  const { structuredClone: clone } = globalThis;
  console.warn = () => undefined;
  // under Jest a clone is made of another realm's objects, and a client's keys are then plain objects to it no more
  globalThis.structuredClone = <T>(value: T): T =>
    typeof value === 'object' && value !== null && 'client_id' in value
      ? (JSON.parse(JSON.stringify(value)) as T)
      : clone(value);
  try {
    return await run();
  } finally {
    console.warn = warn;
    globalThis.structuredClone = clone;
  }
}
