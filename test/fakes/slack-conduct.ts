/** How Slack's card methods misbehave on demand, and how every answer goes out. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Behaviour } from '../contract/stage.js';
import { no, type ApiAnswer } from './slack-methods.js';

export interface Arrived {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
}

export function misbehave(
  { request, response }: Arrived,
  call: { readonly behaviour: Behaviour; readonly method: string; readonly answer: () => ApiAnswer },
): void {
  switch (call.behaviour.kind) {
    case 'hang':
    case 'hang_before_body':
    case 'refuse_connection':
      return;
    case 'reset_after_body':
      call.answer();
      request.socket.resetAndDestroy();
      return;
    case 'server_error':
      return say(response, 503, no('service_unavailable'));
    case 'busy':
      return say(response, 429, {
        ...no('ratelimited'),
        headers: { 'retry-after': String(call.behaviour.retryAfterSeconds) },
      });
    case 'no_in_a_200':
      return say(response, 200, no('fatal_error'));
    case 'garbage':
      request.socket.end('\u0000\u0001 these are not the bytes of HTTP \r\n\r\n');
      return;
    case 'message_refused':
      return say(response, 200, no('invalid_blocks'));
    case 'message_gone':
      return say(response, 200, call.method === 'chat.update' ? no('message_not_found') : call.answer());
    case 'normal':
    case 'unknown_recipient':
    case 'bad_credentials':
      return say(response, 200, call.answer());
  }
}

export function say(
  response: ServerResponse,
  status: number,
  { headers = {}, ...body }: ApiAnswer & { readonly headers?: Record<string, string> },
): void {
  // No connection outlives its answer: the next behaviour holds for the next call.
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', connection: 'close', ...headers })
    .end(JSON.stringify(body));
}

export async function wholeBody(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
