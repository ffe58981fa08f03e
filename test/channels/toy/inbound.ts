/** How taps come in from Toy: JSON, signed by Standard Webhooks. What the answer says, the one who tapped alone reads. */
import express from 'express';
import { refusedProof } from '../../../bots/kit/refused-proof.js';
import { isToken } from '../../../src/approval/ids.js';
import { tapSentence, UNAVAILABLE_SENTENCE } from '../../../src/approval/sentences.js';
import type { Secret } from '../../../src/base/crypto/secret.js';
import { verify } from '../../../src/base/crypto/standard-webhooks.js';
import { refuseCall } from '../../../src/base/net/problem.js';
import { singleHeader } from '../../../src/base/net/raw-headers.js';
import { leaveFailure, takenSignedCall } from '../../../src/base/net/signed-call.js';
import { safeStack } from '../../../src/base/process/safe-stack.js';
import { fieldsOf } from '../../../src/base/text/fields.js';
import { parseJson } from '../../../src/base/text/json.js';
import { inTime } from '../../../src/base/time/in-time.js';
import type { ChannelDeps } from '../../../src/contract/channel.js';
import type { Tap } from '../../../src/contract/desk.js';
import type { CalledInbound, InboundHandlers, Proof, RawCall, SignedCall } from '../../../src/contract/inbound.js';
import { isToyHandle } from './config.js';

/** Toy knows a person by one handle everywhere. */
export const TOY_WORKSPACE = 'toy';
const SIGNED_HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
const ANSWER_WITHIN_MS = 1_800;

export function toyInbound(keys: readonly Secret[], deps: Pick<ChannelDeps, 'clock' | 'log'>): CalledInbound {
  return {
    kind: 'called',
    path: '/toy/taps',
    quoted: { whole: ['webhook-id', 'webhook-timestamp'], cut: ['webhook-signature'] },
    authenticate: (call, nowMs) => authenticate(call, keys, nowMs),
    router: (handlers) =>
      express.Router().post('/', async (request, response) => {
        const tap = readTap(takenSignedCall(request) as SignedCall);
        if (tap === null) {
          refuseCall(response, 400, 'malformed');
          return;
        }
        const said = sentence(tap, handlers).catch((error: unknown) => {
          deps.log.error('a tap over Toy failed', { error: safeStack(error) });
          return UNAVAILABLE_SENTENCE;
        });
        const text = await inTime(said, { ms: ANSWER_WITHIN_MS, clock: deps.clock, late: UNAVAILABLE_SENTENCE });
        if (text === UNAVAILABLE_SENTENCE) leaveFailure(request, 'unavailable');
        response.json({ text });
      }),
    async redrive(call, handlers) {
      const tap = readTap(call);
      return tap !== null && (await sentence(tap, handlers)) !== UNAVAILABLE_SENTENCE;
    },
  };
}

function authenticate({ headers, rawHeaders, body }: RawCall, keys: readonly Secret[], nowMs: number): Proof {
  if (SIGNED_HEADERS.some((name) => singleHeader(rawHeaders, name) === null)) return refusedProof('header_malformed');
  const found = verify(keys, { headers, body, nowMs });
  return found.kind === 'genuine' ? { kind: 'signed', callId: found.id } : refusedProof(found.reason);
}

async function sentence(tap: Tap, { desk }: InboundHandlers): Promise<string> {
  return tapSentence(await desk.decide(tap));
}

function readTap({ body, callId }: SignedCall): Tap | null {
  const { user, verdict, token } = fieldsOf(parseJson(body));
  if (typeof user !== 'string' || !isToyHandle(user)) return null;
  if (!isToken(token) || (verdict !== 'approve' && verdict !== 'deny')) return null;
  const actor = { kind: 'chat', channel: 'toy', workspace: TOY_WORKSPACE, subject: user } as const;
  return { tapId: callId, verdict, ref: { by: 'token', token }, actor, surface: 'toy' };
}
