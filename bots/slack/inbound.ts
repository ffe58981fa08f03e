/**
 * The way in by HTTP: Slack calls `/slack/events` with events, interactions and commands. The guard has proven each call;
 * here it is read strictly, then Bolt's Express receiver takes it on, its own signature check switched off.
 */
import type { IncomingMessage } from 'node:http';
import { ExpressReceiver } from '@slack/bolt';
import express, { type RequestHandler, type Router } from 'express';
import type { Secret } from '../../src/base/crypto/secret.js';
import { leaveFailure, takenSignedCall, type CallFailure } from '../../src/base/net/signed-call.js';
import { refuseCall } from '../../src/base/net/problem.js';
import type { CalledInbound, InboundHandlers, SignedCall } from '../../src/contract/inbound.js';
import { readBody } from './inbound/body.js';
import { readCall, type SlackCall } from './taps/callback.js';
import { command, tap } from './taps/actions.js';
import { slackApp, type AppDeps, type Carried } from './inbound/app.js';
import { quietLogger } from './quiet-logger.js';
import { authenticateSlack, SIGNATURE_HEADER, TIMESTAMP_HEADER } from './inbound/signature.js';

const PATH = '/slack/events';

export function slackInbound(keys: readonly Secret[], deps: Omit<AppDeps, 'handlers'>): CalledInbound {
  return {
    kind: 'called',
    path: PATH,
    quoted: {
      whole: [TIMESTAMP_HEADER, 'content-type', 'x-slack-retry-num', 'x-slack-retry-reason'],
      cut: [SIGNATURE_HEADER],
    },
    authenticate: (call, nowMs) => authenticateSlack(call, keys, nowMs),
    router: (handlers) => routed(handlers, deps),
    async redrive({ headers, body, callId }, handlers) {
      const call = readCall(readBody(body, headers['content-type'])?.value, callId);
      return call !== null && carryOutAgain(call, { ...deps, handlers });
    },
  };
}

function routed(handlers: InboundHandlers, deps: Omit<AppDeps, 'handlers'>): Router {
  /** By the request that is under way. */
  const calls = new WeakMap<IncomingMessage, SlackCall>();
  const receiver = new ExpressReceiver({
    // The guard has proven the call with one of several keys; Bolt knows only one.
    signatureVerification: false,
    signingSecret: '',
    endpoints: '/',
    logger: quietLogger(),
    customPropertiesExtractor: (request): Carried & Record<string, unknown> => ({
      call: calls.get(request) ?? null,
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
  slackApp(receiver, { ...deps, handlers });
  return express.Router().post('/', readStrictly(calls), receiver.router);
}

/** Refuses malformed calls here, because Bolt would leave them unanswered for three seconds. */
function readStrictly(calls: WeakMap<IncomingMessage, SlackCall>): RequestHandler {
  return (request, response, next) => {
    const { body, callId } = takenSignedCall(request) as SignedCall;
    const read = readBody(body, request.headers['content-type']);
    const call = read === null ? null : readCall(read.value, callId);
    if (read === null || call === null) return refuseCall(response, 400, 'malformed');
    calls.set(request, call);
    request.headers['content-type'] = read.mediaType;
    next();
  };
}

/** Redrives calls that change something. Forms and home tabs are of use only at the moment of the tap. */
async function carryOutAgain(call: SlackCall, deps: AppDeps): Promise<boolean> {
  switch (call.kind) {
    case 'approve':
    case 'deny':
    case 'revoke':
      return (await tap(call, deps)).isOk;
    case 'command':
      return (await command(call, deps)).isOk;
    case 'ask_why':
    case 'home_opened':
    case 'handshake':
    case 'nothing':
      return false;
  }
}
