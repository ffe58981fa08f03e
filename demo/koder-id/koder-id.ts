/**
 * The demo's Koder ID: a real OpenID provider on loopback, at which one signs in by choosing who one is. Its package is for development:
 * where it is not installed the demo has none. It is loaded when somebody first comes, so that it delays no start.
 */
import { generateKeyPair } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { promisify } from 'node:util';
import express, { type Express } from 'express';
import type Provider from 'oidc-provider';
import type { Random } from '../../src/base/crypto/random.js';
import { html, markupOf } from '../../src/base/text/html.js';
import { listen, type Listener } from '../../src/http/shared/listen.js';
import { openIdConfiguration, type OpenIdPerson } from './configuration.js';

const LOOPBACK = '127.0.0.1';
const MAX_PORT = 65_535;
const CLIENT_ID = 'koder-gate';
const TABLE = /^\[identity\.providers\.koder\]\n[^[]*^issuer = "http:\/\/localhost:(\d{1,5})"$/m;

export interface KoderIdInput {
  /** 0: any free one. */
  readonly port: number;
  /** Of the gate. Origin without a trailing slash. */
  readonly publicUrl: string;
  readonly secret: string;
  /** The address of the demo's approver. */
  readonly approver: string;
  readonly random: Pick<Random, 'hex'>;
}

/** Null: its package is not installed, or somebody else has its port. */
export async function openKoderId(input: KoderIdInput): Promise<Listener | null> {
  if (!isInstalled()) return null;
  let answer: RequestListener = (_request, response) => response.writeHead(503).end();
  const where = { host: LOOPBACK, port: input.port, variable: 'the demo’s Koder ID' };
  const listener = await listen((request, response) => answer(request, response), where).catch(unlessTaken);
  if (listener !== null) answer = appOf(`http://localhost:${String(listener.port)}`, input);
  return listener;
}

function unlessTaken(error: unknown): null {
  if (error instanceof Error && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE') return null;
  throw error;
}

function isInstalled(): boolean {
  try {
    return import.meta.resolve('oidc-provider') !== '';
  } catch {
    return false;
  }
}

/** Its table, behind the demo's `sites.toml`. */
export function withKoderId(sites: string, { port, secretFile }: { port: number; secretFile: string }): string {
  return `${sites}
# Whoever chooses "Koder ID" on the sign-in page signs in at an OpenID provider that the demo brings along.
[identity.providers.koder]
kind = "oidc"
title = "Koder ID"
issuer = "http://localhost:${String(port)}"
client_id = "${CLIENT_ID}"
client_secret_file = "${secretFile}"
authoritative_for = ["example.org"]
`;
}

/** Where that table says that it is: people are known by it, so it stays there. Null: there is no such table. */
export function koderIdPort(sites: string): number | null {
  const port = TABLE.exec(sites)?.[1];
  return port === undefined || Number(port) > MAX_PORT ? null : Number(port);
}

function appOf(issuer: string, input: KoderIdInput): Express {
  const people = peopleOf(input.approver);
  let made: Promise<Provider> | null = null;
  const provider = (): Promise<Provider> =>
    (made ??= makeProvider(issuer, people, input).catch((error: unknown) => {
      made = null; // whoever comes next tries again
      throw error;
    }));
  const app = express();
  app.disable('x-powered-by');
  app.get('/interaction/:uid', (_request, response) => void response.type('html').send(whoPage(people)));
  app.post('/interaction/:uid', express.urlencoded({ extended: false, limit: '1kb' }), async (request, response) => {
    const { sub } = (request.body ?? {}) as { readonly sub?: unknown };
    const isSomebody = typeof sub === 'string' && people.has(sub);
    const result = isSomebody ? { login: { accountId: sub } } : { error: 'access_denied' };
    await (await provider()).interactionFinished(request, response, result);
  });
  app.use(async (request, response) => (await provider()).callback()(request, response));
  return app;
}

function peopleOf(approver: string): ReadonlyMap<string, OpenIdPerson> {
  return new Map([
    ['ada', { sub: 'ada', name: 'Ada', email: approver, email_verified: true }],
    ['vera', { sub: 'vera', name: 'Vera', email: 'vera@example.net', email_verified: true }],
  ]);
}

function whoPage(people: ReadonlyMap<string, OpenIdPerson>): string {
  return markupOf(
    html`<!doctype html>
      <html lang="en">
        <meta name="viewport" content="width=device-width" />
        <title>Koder ID</title>
        <h1>Koder ID of the demo</h1>
        <p>Who are you?</p>
        <form method="post">
          ${[...people.values()].map(
            ({ sub, name = '', email = '' }) =>
              html`<p><button name="sub" value="${sub}">${name} (${email})</button></p>`,
          )}
          <p><button name="sub" value="">Nobody: go back</button></p>
        </form>
      </html>`,
  );
}

async function makeProvider(
  issuer: string,
  people: ReadonlyMap<string, OpenIdPerson>,
  { publicUrl, secret, random }: KoderIdInput,
): Promise<Provider> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2_048 });
  const client = {
    client_id: CLIENT_ID,
    client_secret: secret,
    redirect_uris: [`${publicUrl}/sign-in/with/koder/callback`],
    post_logout_redirect_uris: [`${publicUrl}/signed-out`],
    backchannel_logout_uri: `${publicUrl}/sign-in/with/koder/logout`,
  };
  let made: Provider | null = null;
  const keys = [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }];
  const configuration = openIdConfiguration(client, { provider: () => made, people, cookieKey: random.hex(32), keys });
  made = await quietly(async () => new (await import('oidc-provider')).default(issuer, configuration));
  return made;
}

/**
 * It warns of Node 20, and of a memory that is made for trying it out, which is what this does. What others warn of meanwhile is
 * printed as ever.
 */
async function quietly<T>(run: () => Promise<T>): Promise<T> {
  const { warn } = console;
  console.warn = (...words: readonly unknown[]): void => {
    if (!String(words[0]).includes('oidc-provider WARNING')) warn(...words);
  };
  try {
    return await run();
  } finally {
    console.warn = warn;
  }
}
