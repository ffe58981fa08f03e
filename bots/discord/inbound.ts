/** How interactions come in by HTTP: Discord calls, and the answer is the body of ours. */
import express, { type RequestHandler, type Response, type Router } from 'express';
import { leaveFailure, takenSignedCall } from '../../src/base/signed-call.js';
import { whence } from '../../src/base/whence.js';
import type { CalledInbound, InboundDoors, SignedCall } from '../../src/contract/inbound.js';
import type { Callbacks } from './callbacks.js';
import type { DiscordConfig } from './config.js';
import { parseInteraction, type Interaction } from './interaction.js';
import { reply, wholeReply, type Reply, type ReplySeams } from './reply.js';
import { authenticate, publicKey, SIGNATURE_HEADER, TIMESTAMP_HEADER } from './signature.js';

export const INTERACTIONS_PATH = '/discord/interactions';

interface Seams extends ReplySeams {
  readonly callbacks: Callbacks;
}

type Called = Pick<DiscordConfig, 'publicKeys' | 'applicationId'>;

export function discordInbound(config: Called, seams: Seams): CalledInbound {
  const keys = config.publicKeys.map(publicKey);
  return {
    kind: 'called',
    path: INTERACTIONS_PATH,
    quoted: { whole: [TIMESTAMP_HEADER, 'user-agent'], cut: [SIGNATURE_HEADER] },
    authenticate: (call, nowMs) => authenticate(call, keys, nowMs),
    router: (doors): Router =>
      express.Router().post('/', receive(doors, { ...seams, applicationId: config.applicationId })),
    async redrive(call, doors) {
      const interaction = parseInteraction(call.body, config.applicationId);
      if (interaction === null || !isOfUseLater(interaction)) return false;
      return (await wholeReply(interaction, doors, seams)).fate === 'done';
    },
  };
}

function receive(doors: InboundDoors, seams: Seams & Pick<Called, 'applicationId'>): RequestHandler {
  return async (request, response) => {
    const { body } = takenSignedCall(request) as SignedCall;
    const interaction = parseInteraction(body, seams.applicationId);
    if (interaction === null) {
      refuse(response, 400, 'malformed');
      return;
    }
    const answer = await reply(interaction, doors, seams);
    const isLost = answer.fate === 'unavailable' || answer.fate === 'failed';
    if (isLost && isOfUseLater(interaction)) leaveFailure(request, answer.fate);
    response.set('cache-control', 'no-store').json(answer.response);
    if (answer.later !== undefined) void secondAnswer(interaction, answer.later, seams);
  };
}

async function secondAnswer(interaction: Interaction, later: Promise<Reply>, { callbacks, log }: Seams): Promise<void> {
  try {
    await callbacks.replace(interaction, await later);
  } catch (error) {
    log.error('a second answer failed', { error: whence(error) });
  }
}

/** Redriving makes no sense for a form that opens or a list of suggestions: the person is gone. */
function isOfUseLater({ wish }: Interaction): boolean {
  switch (wish.kind) {
    case 'ping':
    case 'complete':
    case 'foreign':
      return false;
    case 'tap':
      return wish.card.verb !== 'deny';
    case 'approve_for':
    case 'refuse':
    case 'command':
      return true;
  }
}

function refuse(response: Response, status: number, code: string): void {
  response
    .status(status)
    .set('cache-control', 'no-store')
    .json({ error: { code, message: code.replaceAll('_', ' ') } });
}
