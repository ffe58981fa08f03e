/**
 * Stands before a fake platform and gives every call its fate: passed on, slowed down, lost before or after it took effect,
 * answered with a no or with nonsense. The fake behind it keeps the truth of what took effect.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { passOn, relay, whole, type Answered, type Call } from '../fakes/pass-on.js';

export type Fate =
  | 'well'
  /** Takes effect, is answered late. */
  | 'slow'
  /** Takes effect; the connection is reset instead of an answer. */
  | 'answer_lost'
  /** The connection is reset, and nothing took effect. */
  | 'call_lost'
  /** 503, and nothing took effect. */
  | 'refused'
  /** 503, and it took effect all the same. */
  | 'refused_though_done'
  /** Takes effect; a 200 that says nothing sensible. */
  | 'nonsense'
  /** A 200 that says nothing sensible, and nothing took effect. */
  | 'lie'
  /** Takes effect, and is never answered. */
  | 'hang'
  /** The platform's own word for a message that it will never take. */
  | 'no';

export interface HttpFront {
  readonly port: number;
  /** Whole calls that came, whatever became of them. */
  calls(): number;
  close(): Promise<void>;
}

export interface FrontDeps {
  readonly backPort: number;
  /** Asked once a call, when it has arrived whole. */
  readonly fate: (path: string, body: Buffer) => { readonly kind: Fate; readonly delayMs: number };
  /** How this platform says `no`; a bare 400 where absent. */
  readonly no?: { readonly status: number; readonly json: unknown };
}

export async function startHttpFront(deps: FrontDeps): Promise<HttpFront> {
  let calls = 0;
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    void whole(request)
      .then(async (body) => {
        calls += 1;
        await meet({ request, response, body }, deps);
      })
      .catch(() => request.socket.destroy()); // the caller went away, or the fake is closing
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    calls: () => calls,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function meet(call: Call, { backPort, fate, no }: FrontDeps): Promise<void> {
  const { kind, delayMs } = fate(call.request.url ?? '/', call.body);
  const reset = (): void => void call.request.socket.resetAndDestroy();
  switch (kind) {
    case 'well':
      return relay(call.response, await passOn(call, backPort));
    case 'slow': {
      const answer = await passOn(call, backPort);
      return void setTimeout(() => relay(call.response, answer), delayMs);
    }
    case 'answer_lost':
      await passOn(call, backPort);
      return reset();
    case 'call_lost':
      return reset();
    case 'refused':
      return relay(call.response, BROKEN);
    case 'refused_though_done':
      await passOn(call, backPort);
      return relay(call.response, BROKEN);
    case 'nonsense':
      await passOn(call, backPort);
      return relay(call.response, NONSENSE);
    case 'lie':
      return relay(call.response, NONSENSE);
    case 'hang':
      await passOn(call, backPort);
      return;
    case 'no':
      return relay(call.response, refusal(no));
  }
}

const BROKEN: Answered = { status: 503, body: Buffer.from('{"error":"broken"}') };
const NONSENSE: Answered = { status: 200, body: Buffer.from('{"note":"all is well"}') };

function refusal({ status, json }: FrontDeps['no'] = { status: 400, json: { error: 'no' } }): Answered {
  return { status, body: Buffer.from(JSON.stringify(json)) };
}
