/** What every front before a fake does with a call that it lets through: pass it on byte by byte, and bring its answer back. */
import { request as send, type IncomingMessage, type ServerResponse } from 'node:http';

export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
}

export interface Answered {
  readonly status: number;
  /** `application/json` where absent. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What callers read of an answer besides its body. */
const KEPT = ['content-type', 'x-oauth-scopes'] as const;

/** `over`: headers that are changed on the way. */
export function passOn(
  { request, body }: Call,
  port: number,
  over: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const { method, url } = request;
  const headers = { ...request.headers, ...over };
  return new Promise((resolve, reject) => {
    const onward = send({ host: '127.0.0.1', port, method, path: url, headers, agent: false }, (response) => {
      const kept = KEPT.flatMap((name) => {
        const value = response.headers[name];
        return typeof value === 'string' ? [[name, value] as const] : [];
      });
      const { statusCode: status = 0 } = response;
      whole(response).then((answer) => resolve({ status, headers: Object.fromEntries(kept), body: answer }), reject);
    });
    onward.on('error', reject);
    onward.end(body);
  });
}

/** No connection outlives its answer: what a front does is one call's alone. */
export function relay(response: ServerResponse, { status, headers, body }: Answered): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json', ...headers, connection: 'close' }).end(body);
}

export async function whole(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
