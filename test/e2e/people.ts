/** The people of the end-to-end tests, over real sockets: a visitor, a producer, an approver with a session, a tap over Talk. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { sign } from '../../src/base/standard-webhooks.js';
import type { Secret } from '../../src/base/secret.js';
import type { GateProcess } from './gate-process.js';
import { ADA, HOST, JET_TOKEN } from './sites.js';

/** The browser of every visitor here. */
export const VISITOR_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36';

export interface Page {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/**
 * Asks the gate plane as a reverse proxy does for a navigation of `address`. By node:http, because fetch would add its own
 * `Sec-Fetch-Mode: cors`, and that is no navigation.
 */
export async function visit(gate: GateProcess, address: string): Promise<Visit> {
  const asked = request({
    host: '127.0.0.1',
    port: gate.ports.gate,
    path: '/auth/forward',
    headers: {
      'x-forwarded-for': address,
      'x-forwarded-host': HOST,
      'x-forwarded-proto': 'https',
      'x-forwarded-method': 'GET',
      'x-forwarded-uri': '/plans?draft=2',
      accept: 'text/html',
      'user-agent': VISITOR_AGENT,
    },
  });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks = (await answer.toArray()) as Buffer[];
  return { status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString(), headers: answer.headers };
}

export interface Visit {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

export function newToken(): string {
  return randomBytes(16).toString('hex');
}

/** A producer's request through the receiver, and the status of its answer; the test chooses the token. */
export async function produce(gate: GateProcess, token: string, over: Record<string, unknown> = {}): Promise<number> {
  return (await askFor(gate, token, over)).status;
}

/** The same, and the whole answer. */
export function askFor(gate: GateProcess, token: string, over: Record<string, unknown> = {}): Promise<Response> {
  return fetch(`${gate.publicUrl}/api/v1/bots/koder-gate/approvals`, {
    method: 'POST',
    headers: { authorization: `Bearer ${JET_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      token,
      host: HOST,
      environment: 'stg',
      origin_ip: '203.0.113.7',
      user_agent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/148.0.0.0',
      geo: 'BR',
      timestamp: new Date().toISOString(),
      admin: ADA,
      confirm_url: `https://confirm.example.org/req/${token}`,
      ttl_seconds: 600,
      ...over,
    }),
  });
}

export interface SignedIn {
  readonly cookie: string;
  /** GETs a page of the public plane. */
  get(path: string): Promise<Page>;
  /** Opens a page and finds its deciding form: pressing a button later posts it as a browser does, and follows the redirect. */
  open(path: string): Promise<{ press(verdict: 'approve' | 'deny'): Promise<Page> }>;
}

/** Where approvers sign in: links to it come from its admin plane. */
export type SignInPlace = Pick<GateProcess, 'admin' | 'publicUrl'>;

/** An approver with a session, by a one-time link from the admin plane. */
export async function signIn(gate: SignInPlace, approver: string): Promise<SignedIn> {
  const link = (await gate.admin('/v1/sign-in-links', { approver, operator: 'test' })).json as { url: string };
  const response = await fetch(link.url, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: gate.publicUrl, 'content-type': 'application/x-www-form-urlencoded' },
    body: '',
  });
  const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  if (cookie === '') throw new Error(`no session: ${String(response.status)}`);
  return signedInAt(gate, cookie);
}

/** The same session, at this process. */
export function signedInAt({ publicUrl }: Pick<GateProcess, 'publicUrl'>, cookie: string): SignedIn {
  const get = (path: string): Promise<Page> => page(publicUrl + path, { headers: { cookie } });
  return {
    cookie,
    get,
    async open(path) {
      const form = formOf((await get(path)).text);
      const url = new URL(form.action === '' ? path : form.action, publicUrl).href;
      return {
        press: (verdict) =>
          page(url, {
            method: 'POST',
            headers: { cookie, origin: publicUrl, 'content-type': 'application/x-www-form-urlencoded' },
            body: new URLSearchParams({ ...form.fields, verdict }).toString(),
          }),
      };
    },
  };
}

/** The first form of a page that decides: where it goes and what it hides. */
function formOf(html: string): { action: string; fields: Record<string, string> } {
  const form = /<form[^>]*>(?:(?!<\/form>)[\s\S])*verdict[\s\S]*?<\/form>/.exec(html)?.[0] ?? '';
  const action = /action="([^"]*)"/.exec(form)?.[1] ?? '';
  const hidden = [...form.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
    /name="([^"]*)"/.exec(input)?.[1] ?? '',
    /value="([^"]*)"/.exec(input)?.[1] ?? '',
  ]);
  return { action, fields: Object.fromEntries(hidden) as Record<string, string> };
}

/** A tap over Talk, signed as a Talk server signs it. Answers the private text, or the status where there is none. */
export async function tapOverTalk(
  gate: GateProcess,
  tap: { token: string; verb: 'approve' | 'deny'; user: string; key: Secret; id?: string },
): Promise<string> {
  const { token, verb, user } = tap;
  const response = await tellBot(gate, { type: 'action', user, message: 'm1', verb, data: { token } }, tap);
  const text = await response.text();
  if (!response.ok) return `status ${String(response.status)}: ${text}`;
  return (JSON.parse(text) as { text: string }).text;
}

/** A line to the bot over Talk, signed as a Talk server signs it: what its writer reads, in private. */
export async function writeOverTalk(
  gate: GateProcess,
  line: { text: string; user: string; key: Secret; id?: string },
): Promise<{ readonly isOk: boolean; readonly text: string }> {
  const response = await tellBot(gate, { type: 'text', user: line.user, text: line.text }, line);
  if (!response.ok) throw new Error(`the line was answered with status ${String(response.status)}`);
  return (await response.json()) as { isOk: boolean; text: string };
}

function tellBot(
  gate: GateProcess,
  event: Readonly<Record<string, unknown>>,
  { key, id = randomBytes(12).toString('hex') }: { key: Secret; id?: string },
): Promise<Response> {
  const body = Buffer.from(JSON.stringify({ ...event, workspace: 'embedded' }));
  return fetch(`${gate.publicUrl}/talk/events`, {
    method: 'POST',
    headers: { ...sign(key, { id, atMs: Date.now(), body }), 'content-type': 'application/json' },
    body,
  });
}

async function page(url: string, init: RequestInit): Promise<Page> {
  const response = await fetch(url, { ...init, redirect: 'manual' });
  const location = response.headers.get('location');
  if (response.status === 303 && location !== null) {
    const { cookie } = init.headers as Record<string, string>;
    return page(new URL(location, url).href, { headers: { cookie: cookie ?? '' } });
  }
  return { status: response.status, text: await response.text(), headers: response.headers };
}
