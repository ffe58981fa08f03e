/**
 * The way in by HTTP: Slack calls `/slack/events` with events, interactions and commands. The guard has proven each call;
 * here it is read strictly, then Bolt's Express receiver takes it on, its own signature check switched off.
 */
import { ExpressReceiver } from '@slack/bolt';
import express, { type RequestHandler, type Response, type Router } from 'express';
import type { Secret } from '../../src/base/secret.js';
import { leaveFailure, takenSignedCall, type CallFailure } from '../../src/base/signed-call.js';
import type { CalledInbound, InboundDoors, SignedCall } from '../../src/contract/inbound.js';
import { readBody } from './inbound/body.js';
import { readCall, type SlackCall } from './taps/callback.js';
import { command, tap } from './taps/deeds.js';
import { slackApp, type AppSeams, type Carried } from './inbound/app.js';
import { quietLogger } from './quiet-logger.js';
import { authenticateSlack, SIGNATURE_HEADER, TIMESTAMP_HEADER } from './inbound/signature.js';

const PATH = '/slack/events';

export function slackInbound(keys: readonly Secret[], seams: Omit<AppSeams, 'doors'>): CalledInbound {
  return {
    kind: 'called',
    path: PATH,
    quoted: {
      whole: [TIMESTAMP_HEADER, 'content-type', 'x-slack-retry-num', 'x-slack-retry-reason'],
      cut: [SIGNATURE_HEADER],
    },
    authenticate: (call, nowMs) => authenticateSlack(call, keys, nowMs),
    router: (doors) => routed(doors, seams),
    async redrive({ headers, body, callId }, doors) {
      const call = readCall(readBody(body, headers['content-type'])?.value);
      return call !== null && carryOutAgain(call, callId, { ...seams, doors });
    },
  };
}

function routed(doors: InboundDoors, seams: Omit<AppSeams, 'doors'>): Router {
  const receiver = new ExpressReceiver({
    // The guard has proven the call with one of several keys; Bolt knows only one.
    signatureVerification: false,
    signingSecret: '',
    endpoints: '/',
    logger: quietLogger(),
    customPropertiesExtractor: (request): Carried & Record<string, unknown> => ({
      callId: (takenSignedCall(request) as SignedCall).callId,
      leaveFailure: (failure: CallFailure) => {
        leaveFailure(request, failure);
      },
    }),
    // for a call that our reader takes and Bolt does not
    processEventErrorHandler: ({ response }) => {
      if (!response.headersSent) response.writeHead(400).end();
      return Promise.resolve(false);
    },
  });
  slackApp(receiver, { ...seams, doors });
  return express.Router().post('/', refuseMalformed, receiver.router);
}

/** Refuses malformed calls here, because Bolt would leave them unanswered for three seconds. */
const refuseMalformed: RequestHandler = (request, response, next) => {
  const { body } = takenSignedCall(request) as SignedCall;
  const read = readBody(body, request.headers['content-type']);
  if (read === null || readCall(read.value) === null) {
    refuse(response);
    return;
  }
  request.headers['content-type'] = read.mediaType;
  next();
};

/** Redrives calls that change something. Forms and home tabs are of use only at the moment of the tap. */
async function carryOutAgain(call: SlackCall, callId: string, seams: AppSeams): Promise<boolean> {
  switch (call.kind) {
    case 'approve':
    case 'deny':
    case 'revoke':
      return (await tap(call, callId, seams)).isOk;
    case 'command':
      return (await command(call, callId, seams)).isOk;
    case 'ask_why':
    case 'home_opened':
    case 'handshake':
    case 'nothing':
      return false;
  }
}

function refuse(response: Response): void {
  response
    .status(400)
    .set('cache-control', 'no-store')
    .json({ error: { code: 'malformed', message: 'malformed' } });
}
