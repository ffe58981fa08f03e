/** How interactions come in by HTTP: Discord calls, and the answer is the body of ours. */
import express, { type RequestHandler, type Router } from 'express';
import { leaveFailure, takenSignedCall } from '../../src/base/net/signed-call.js';
import { safeStack } from '../../src/base/process/safe-stack.js';
import { refuseCall } from '../../src/base/net/problem.js';
import type { CalledInbound, InboundHandlers, SignedCall } from '../../src/contract/inbound.js';
import type { Callbacks } from './callbacks.js';
import type { DiscordConfig } from './config.js';
import { parseInteraction, type Interaction } from './interaction.js';
import { reply, wholeReply, type Reply, type ReplyDeps } from './reply.js';
import { authenticate, publicKey, SIGNATURE_HEADER, TIMESTAMP_HEADER } from './signature.js';

export const INTERACTIONS_PATH = '/discord/interactions';

interface Deps extends ReplyDeps {
  readonly callbacks: Callbacks;
}

type Called = Pick<DiscordConfig, 'publicKeys' | 'applicationId'>;

export function discordInbound(config: Called, deps: Deps): CalledInbound {
  const keys = config.publicKeys.map(publicKey);
  return {
    kind: 'called',
    path: INTERACTIONS_PATH,
    quoted: { whole: [TIMESTAMP_HEADER, 'user-agent'], cut: [SIGNATURE_HEADER] },
    authenticate: (call, nowMs) => authenticate(call, keys, nowMs),
    router: (handlers): Router =>
      express.Router().post('/', receive(handlers, { ...deps, applicationId: config.applicationId })),
    async redrive(call, handlers) {
      const interaction = parseInteraction(call.body, config.applicationId);
      if (interaction === null || !isOfUseLater(interaction)) return false;
      return (await wholeReply(interaction, handlers, deps)).result === 'done';
    },
  };
}

function receive(handlers: InboundHandlers, deps: Deps & Pick<Called, 'applicationId'>): RequestHandler {
  return async (request, response) => {
    const { body } = takenSignedCall(request) as SignedCall;
    const interaction = parseInteraction(body, deps.applicationId);
    if (interaction === null) {
      refuseCall(response, 400, 'malformed');
      return;
    }
    const answer = await reply(interaction, handlers, deps);
    const isLost = answer.result === 'unavailable' || answer.result === 'failed';
    if (isLost && isOfUseLater(interaction)) leaveFailure(request, answer.result);
    response.set('cache-control', 'no-store').json(answer.response);
    if (answer.later !== undefined) void secondAnswer(interaction, answer.later, deps);
  };
}

async function secondAnswer(interaction: Interaction, later: Promise<Reply>, { callbacks, log }: Deps): Promise<void> {
  try {
    await callbacks.replace(interaction, await later);
  } catch (error) {
    log.error('a second answer failed', { error: safeStack(error) });
  }
}

/** Redriving makes no sense for a form that opens or a list of suggestions: the person is gone. */
function isOfUseLater({ input }: Interaction): boolean {
  switch (input.kind) {
    case 'ping':
    case 'complete':
    case 'ask_why':
    case 'foreign':
      return false;
    case 'tap':
    case 'command':
      return true;
  }
}
