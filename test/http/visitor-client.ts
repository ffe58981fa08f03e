/** A small browser without a screen: raw requests over a socket, with a cookie jar and the headers of a real form. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { Planes } from './planes.js';
import { ADA } from './planes.js';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Unlike fetch: any header may be set, and nothing is followed. */
export function call(url: string, { method = 'GET', headers = {}, body }: Call = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = httpRequest(url, { method, headers: { ...length, ...headers }, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

export interface Browser {
  get(path: string): Promise<Answer>;
  /** Posts a form as a page of ours would, or as `headers` say instead. */
  post(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  readonly cookies: Map<string, string>;
  cookieHeader(): string;
}

export function browser(planes: Planes): Browser {
  const cookies = new Map<string, string>();
  const cookieHeader = (): string => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const keep = (answer: Answer): Answer => {
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [pair = ''] = line.split(';');
      const [name = '', value = ''] = pair.split('=');
      if (line.includes('Max-Age=0')) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  return {
    cookies,
    cookieHeader,
    async get(path) {
      return keep(await call(planes.publicUrl + path, { headers: { cookie: cookieHeader() } }));
    },
    async post(path, fields, headers = {}) {
      const own = { origin: planes.publicUrl, 'sec-fetch-site': 'same-origin', cookie: cookieHeader() };
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      const body = new URLSearchParams(fields).toString();
      return keep(
        await call(planes.publicUrl + path, { method: 'POST', headers: { ...type, ...own, ...headers }, body }),
      );
    },
  };
}

export async function signedInBrowser(planes: Planes, approver: string = ADA): Promise<Browser> {
  const signed = browser(planes);
  const link = await planes.identity.signInLink(approver, 'test');
  const path = new URL(link?.url ?? '').pathname;
  const answer = await signed.post(path, {});
  if (answer.status !== 303) throw new Error(`signing in was answered ${String(answer.status)}`);
  return signed;
}

/** The hidden fields of the first form on a page that posts to `action`. */
export function fieldsOf(page: string, action: string): Record<string, string> {
  const form = page.split('<form').find((part) => part.includes(`action="${action}"`)) ?? '';
  const inputs = [...form.matchAll(/name="(\w+)" value="([^"]*)"\s*\/?>/g)];
  return Object.fromEntries(
    inputs.filter(([whole]) => !whole.includes('verdict')).map(([, name = '', value = '']) => [name, value]),
  );
}
