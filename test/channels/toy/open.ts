/** Opens the Toy channel: a notifier that calls the platform, and an inbound that it calls. */
import { unhealthy } from '../../../bots/kit/unhealthy.js';
import { createHttpClient } from '../../../src/base/net/http-client-node.js';
import type { ChannelDeps, Health, OpenChannel } from '../../../src/contract/channel.js';
import type { ToyConfig } from './config.js';
import { toyInbound } from './inbound.js';
import { toyNotifier, type CallToy } from './notifier.js';

const SLOTS = 4;
const TIMEOUT_MS = 5_000;

export function openToy({ apiUrl, token, signingKeys }: ToyConfig, deps: ChannelDeps): Promise<OpenChannel> {
  const http = createHttpClient({ egress: 'any', allowedNetworks: [] });
  const call: CallToy = ({ method, path, message, signal }) =>
    http.call({
      method,
      url: `${apiUrl}${path}`,
      headers: { authorization: `Bearer ${token.revealText()}`, 'content-type': 'application/json' },
      ...(message === undefined ? {} : { body: Buffer.from(JSON.stringify(message)) }),
      signal,
      timeoutMs: TIMEOUT_MS,
    });
  return Promise.resolve({
    notifier: toyNotifier(call, deps.clock),
    inbound: toyInbound(signingKeys, deps),
    slots: SLOTS,
    health: (signal) => healthOf(call, signal),
    stop() {
      http.close();
      return Promise.resolve();
    },
  });
}

async function healthOf(call: CallToy, signal: AbortSignal): Promise<Health> {
  const answer = await call({ method: 'GET', path: '/me', signal });
  if (answer.kind === 'answered' && answer.status === 200) return { kind: 'healthy', detail: 'Toy knows the gate' };
  const detail = answer.kind === 'answered' ? `Toy answers ${String(answer.status)}` : `no answer: ${answer.reason}`;
  return unhealthy(detail, 'Check TOY_API_URL and TOY_TOKEN.');
}
