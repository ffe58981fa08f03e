/** An OpenID provider that is honest but for one point, whichever a test names. */
import { createHmac, createSign, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CLIENT } from './open-id.js';

type Fields = Readonly<Record<string, unknown>>;

export interface Lie {
  /** Beside or instead of what the honest one says; undefined takes a field out. */
  readonly metadata?: Fields;
  readonly header?: Fields;
  readonly claims?: Fields | ((nowSeconds: number) => Fields);
  readonly userinfo?: Fields;
  /** Instead of the key that its key set has. */
  readonly signedBy?: 'nobody' | 'a stranger' | 'the client secret' | 'the public key';
  /** Instead of the id_token; undefined: none. */
  readonly idToken?: { readonly text: string | undefined };
  /** One of its addresses misbehaves. */
  readonly at?: 'discovery' | 'keys' | 'token' | 'userinfo';
  readonly as?: 'hangs' | 'endless' | 'redirect' | 'broken' | 'no_json' | 'resets';
  /** Where the browser is sent back. */
  readonly back?: (url: URL) => void;
}

export interface LyingOpenId {
  readonly issuer: string;
  lie: Lie;
  /** How many calls it has had. */
  calls(): number;
  /** Word that somebody has signed out there, honest but for the lie. */
  logoutToken(lie?: Lie): string;
  close(): Promise<void>;
}

const own = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const strange = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const KID = 'key-1';

export async function startLyingOpenId(): Promise<LyingOpenId> {
  let nonce = '';
  let calls = 0;
  const server = createServer(answer);
  server.on('request', () => (calls += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://localhost:${String((server.address() as AddressInfo).port)}`;
  const fake: LyingOpenId = {
    issuer,
    lie: {},
    calls: () => calls,
    logoutToken: (lie = {}) => logoutToken(lie, issuer),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', issuer);
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return reply('discovery', response, { ...metadata(issuer), ...fake.lie.metadata });
      case '/keys':
        return reply('keys', response, { keys: [publicJwk(own.publicKey)] });
      case '/authorize': {
        nonce = url.searchParams.get('nonce') ?? '';
        const back = new URL(url.searchParams.get('redirect_uri') ?? '');
        back.search = new URLSearchParams({
          code: 'code',
          state: url.searchParams.get('state') ?? '',
          iss: issuer,
        }).toString();
        fake.lie.back?.(back);
        return void response.writeHead(303, { location: back.href }).end();
      }
      case '/token': {
        const id_token = fake.lie.idToken === undefined ? idToken(fake.lie, { issuer, nonce }) : fake.lie.idToken.text;
        return reply('token', response, { access_token: 'token', token_type: 'bearer', id_token });
      }
      case '/userinfo':
        return reply('userinfo', response, { sub: 'ada', name: 'Ada', ...fake.lie.userinfo });
      default:
        return void response.writeHead(404).end();
    }
  }

  function reply(at: NonNullable<Lie['at']>, response: ServerResponse, body: unknown): void {
    const how = fake.lie.at === at ? fake.lie.as : undefined;
    if (how === undefined) return void response.writeHead(200, JSON_TYPE).end(JSON.stringify(body));
    misbehave(how, response, issuer);
  }

  return fake;
}

const JSON_TYPE = { 'content-type': 'application/json' };

function misbehave(how: NonNullable<Lie['as']>, response: ServerResponse, issuer: string): void {
  switch (how) {
    case 'hangs':
      return void response.writeHead(200, JSON_TYPE).write('{');
    case 'endless':
      response.writeHead(200, JSON_TYPE);
      for (let written = 0; written < 4; written += 1) response.write(' '.repeat(64 * 1_024));
      return;
    case 'redirect':
      return void response.writeHead(302, { location: `${issuer}/elsewhere` }).end();
    case 'broken':
      return void response.writeHead(500, JSON_TYPE).end('{}');
    case 'no_json':
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');
    case 'resets':
      return void response.destroy();
  }
}

function metadata(issuer: string): Fields {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    // so that nothing is refused only because it was not announced
    id_token_signing_alg_values_supported: ['RS256', 'HS256', 'ES256', 'none'],
    authorization_response_iss_parameter_supported: true,
  };
}

function publicJwk(key: KeyObject): Fields {
  return { ...key.export({ format: 'jwk' }), kid: KID, use: 'sig', alg: 'RS256' };
}

function idToken(lie: Lie, { issuer, nonce }: { readonly issuer: string; readonly nonce: string }): string {
  const seconds = Math.floor(Date.now() / 1_000);
  const honest = { iss: issuer, aud: CLIENT.client_id, sub: 'ada', nonce, iat: seconds, exp: seconds + 300 };
  return signed(lie, { header: { kid: KID }, claims: honest });
}

function logoutToken(lie: Lie, issuer: string): string {
  const seconds = Math.floor(Date.now() / 1_000);
  const times = { iat: seconds, exp: seconds + 120, jti: randomUUID() };
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  const claims = { iss: issuer, aud: CLIENT.client_id, sub: 'ada', ...times, events };
  return signed(lie, { header: { kid: KID, typ: 'logout+jwt' }, claims });
}

function signed(lie: Lie, honest: { readonly header: Fields; readonly claims: Fields }): string {
  const claims = typeof lie.claims === 'function' ? lie.claims(Math.floor(Date.now() / 1_000)) : lie.claims;
  const alg =
    { nobody: 'none', 'the client secret': 'HS256', 'the public key': 'HS256' }[String(lie.signedBy)] ?? 'RS256';
  const parts = [
    { alg, ...honest.header, ...lie.header },
    { ...honest.claims, ...claims },
  ];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${signature(text, lie.signedBy)}`;
}

function signature(text: string, by: Lie['signedBy']): string {
  switch (by) {
    case 'nobody':
      return '';
    case 'the client secret':
      return createHmac('sha256', CLIENT.client_secret).update(text).digest('base64url');
    case 'the public key':
      return createHmac('sha256', own.publicKey.export({ type: 'spki', format: 'pem' }))
        .update(text)
        .digest('base64url');
    case 'a stranger':
    case undefined:
      return createSign('RSA-SHA256')
        .update(text)
        .sign(by === 'a stranger' ? strange.privateKey : own.privateKey, 'base64url');
  }
}

/** A key that a token brings along, to be checked by. */
export const STRANGE_JWK = publicJwk(strange.publicKey);
