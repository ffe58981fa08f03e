/** GitHub's OAuth and the two calls of its API that a sign-in makes, with its habits: refusals of a code come as 200. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CLIENT } from './open-id.js';

interface GithubAddress {
  readonly email: string;
  readonly primary: boolean;
  readonly verified: boolean;
}

export interface FakeGithub {
  readonly issuer: string;
  user: Readonly<Record<string, unknown>>;
  /** Null: the application may not read them. */
  emails: readonly GithubAddress[] | null;
  mode: 'at_once' | 'button' | 'denies' | 'no_profile';
  close(): Promise<void>;
}

interface Code {
  readonly challenge: string;
  readonly redirectUri: string;
}

export async function startFakeGithub(): Promise<FakeGithub> {
  const codes = new Map<string, Code>();
  const tokens = new Set<string>();
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const fake: FakeGithub = {
    issuer: `http://localhost:${String((server.address() as AddressInfo).port)}`,
    user: { id: 583_231, login: 'octocat', name: 'Mona', email: null },
    emails: [{ email: 'mona@example.org', primary: true, verified: true }],
    mode: 'at_once',
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', fake.issuer);
    switch (`${String(request.method)} ${url.pathname}`) {
      case 'GET /login/oauth/authorize':
        return fake.mode === 'button' && !url.searchParams.has('agreed')
          ? page(response, url)
          : sendBack(response, url.searchParams);
      case 'POST /login/oauth/access_token':
        return json(response, 200, exchanged(request, new URLSearchParams(await bodyOf(request))));
      case 'GET /api/v3/user':
        return isAllowed(request) && fake.mode !== 'no_profile'
          ? json(response, 200, fake.user)
          : json(response, 401, { message: 'Bad credentials' });
      case 'GET /api/v3/user/emails':
        return isAllowed(request) && fake.emails !== null
          ? json(response, 200, fake.emails)
          : json(response, 404, { message: 'Not Found' });
      default:
        return json(response, 404, { message: 'Not Found' });
    }
  }

  function sendBack(response: ServerResponse, asked: URLSearchParams): void {
    const redirectUri = asked.get('redirect_uri') ?? '';
    const back = new URL(redirectUri);
    back.searchParams.set('state', asked.get('state') ?? '');
    if (fake.mode === 'denies') {
      back.searchParams.set('error', 'access_denied');
      back.searchParams.set('error_description', 'The user has denied your application access.');
    } else {
      const code = randomBytes(10).toString('hex');
      codes.set(code, { challenge: asked.get('code_challenge') ?? '', redirectUri });
      back.searchParams.set('code', code);
    }
    response.writeHead(302, { location: back.href }).end();
  }

  function exchanged(request: IncomingMessage, form: URLSearchParams): unknown {
    if (request.headers.accept?.includes('application/json') !== true) return 'access_token=for-a-form';
    if (form.get('client_id') !== CLIENT.client_id || form.get('client_secret') !== CLIENT.client_secret)
      return { error: 'incorrect_client_credentials' };
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (code?.challenge !== challenge || code.redirectUri !== form.get('redirect_uri'))
      return { error: 'bad_verification_code', error_description: 'The code passed is incorrect or expired.' };
    const token = `gho_${randomBytes(18).toString('hex')}`;
    tokens.add(token);
    return { access_token: token, token_type: 'bearer', scope: 'read:user,user:email' };
  }

  /** Without a User-Agent GitHub refuses every call. */
  function isAllowed({ headers }: IncomingMessage): boolean {
    const [, token = ''] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
    return tokens.has(token) && headers['user-agent'] !== undefined;
  }

  return fake;
}

function page(response: ServerResponse, url: URL): void {
  const fields = [...url.searchParams].map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
  response.setHeader('content-type', 'text/html');
  response.end(
    `<!doctype html><title>GitHub</title><form>${fields.join('')}<button name="agreed" value="1">Authorize</button></form>`,
  );
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
