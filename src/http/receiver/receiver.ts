/**
 * The webhook receiver: another gate opens requests here (RFC 001, sections 6.2, 7.1 and 8.1), asks for their state
 * and withdraws them. 200 is said only after the request is durable, and every answer within 2 s.
 */
import type { Express, Request, Response } from 'express';
import { isHostAllowed } from '../../approval/host-pattern.js';
import type { ApproverId, ChannelName, Token, VisitorAddress } from '../../approval/brand.js';
import type { Actor } from '../../approval/request.js';
import type { Directory, Producer } from '../../approval/site.js';
import { canonicalAddress } from '../../base/address.js';
import type { Clock } from '../../base/clock.js';
import type { Log } from '../../base/log.js';
import { never } from '../../base/never.js';
import type { Desk, ProducerKnock, ProducerKnockAnswer, WithdrawAnswer } from '../../contract/desk.js';
import { isLedgerUnavailable } from '../../contract/ledger-unavailable.js';
import { parseJson } from '../parse-json.js';
import { readBody } from '../read-body.js';
import { refusal, send, type Reply } from '../reply.js';
import * as answers from './answers.js';
import type { Authenticator } from './authenticator.js';
import { LATE, withinMs } from './deadline.js';
import { payloadReader, type Payload, type PayloadReader, type WrongField } from './payload.js';

const MAX_BODY_BYTES = 262_144;
/** The RFC gives 2 s; what is left is for the way there and back. */
const ANSWER_WITHIN_MS = 1_700;
const TOKEN = /^[0-9a-f]{32}$/;

/** `channels`: what an endpoint feeds unless the producer's table names others; null: the table must. */
interface Endpoint {
  readonly path: string;
  readonly channels: readonly ChannelName[] | null;
}

/** `koder_id` has no form of its own here yet, so that its endpoint feeds what the producer's table says. */
const ENDPOINTS: readonly Endpoint[] = [
  { path: '/api/v1/bots/koder-gate/approvals', channels: ['talk' as ChannelName] },
  { path: '/v1/auth-gate/approvals', channels: null },
];

export interface ReceiverParts {
  readonly desk: Pick<Desk, 'openForProducer' | 'withdraw' | 'show'>;
  readonly directory: () => Directory;
  readonly authenticator: Authenticator;
  readonly clock: Clock;
  readonly log: Log;
}

/** `identity`: which caller of the producer it is, for the audit. */
type Answering = (request: Request, producer: Producer, identity: string) => Promise<Reply>;

export function routeReceiver(app: Express, parts: ReceiverParts): void {
  const readPayload = payloadReader(parts.clock);
  for (const endpoint of ENDPOINTS) {
    app.post(endpoint.path, answering(parts, taking(parts, endpoint, readPayload)));
    app.get(`${endpoint.path}/:token`, answering(parts, telling(parts)));
    app.post(`${endpoint.path}/:token/withdraw`, answering(parts, withdrawing(parts)));
  }
}

function answering(parts: ReceiverParts, answer: Answering): (request: Request, response: Response) => Promise<void> {
  return async (request, response) => {
    const work = authenticated(parts, request, answer).catch((error: unknown) => failed(parts.log, error));
    const reply = await withinMs(work, ANSWER_WITHIN_MS, parts.clock);
    send(response, reply === LATE ? answers.UNAVAILABLE : reply);
  };
}

async function authenticated(parts: ReceiverParts, request: Request, answer: Answering): Promise<Reply> {
  const caller = await parts.authenticator.authenticate(request);
  if (caller.kind === 'unavailable') return answers.CALLER_UNDECIDED;
  const producer = caller.kind === 'caller' ? parts.directory().producers.get(caller.producer) : undefined;
  if (caller.kind === 'unknown' || producer === undefined) return answers.UNKNOWN_PRODUCER;
  return answer(request, producer, caller.identity);
}

/** Also what fails after its answer was due comes here, so that nothing is lost in silence. */
function failed(log: Log, error: unknown): Reply {
  if (isLedgerUnavailable(error)) return answers.UNAVAILABLE;
  log.error('the receiver failed', { error: error instanceof Error ? error.stack : 'no error' });
  return answers.BROKEN;
}

function taking(parts: ReceiverParts, endpoint: Endpoint, readPayload: PayloadReader): Answering {
  return async (request, producer, caller) => {
    const body = await readBody(request, MAX_BODY_BYTES);
    if (body.kind === 'too_large') return answers.TOO_LARGE;
    if (body.kind === 'cut') return answers.BODY_CUT;
    const json = parseJson(body.bytes);
    if (json === undefined) return answers.NOT_JSON;
    const reading = readPayload(json);
    if (reading.kind === 'wrong') return answers.wrongFields(400, reading.fields);
    const notifiers = producer.notifiers ?? endpoint.channels;
    if (notifiers === null) return NO_CHANNELS;
    const notYours = outsideOf(producer, reading.payload, parts.directory());
    if (notYours.length > 0) return answers.wrongFields(422, notYours);
    const knock = knockOf(reading.payload, { producer: producer.name, caller, endpoint: endpoint.path, notifiers });
    return knocked(await parts.desk.openForProducer(knock), parts.clock);
  };
}

const NO_CHANNELS = refusal(
  422,
  'no_channels',
  'This endpoint feeds no channel of its own: the producer\'s table in sites.toml must name them, as in notifiers = ["talk"].',
);

function outsideOf(producer: Producer, payload: Payload, directory: Directory): readonly WrongField[] {
  const admin = payload.admin as ApproverId;
  const wrong: WrongField[] = [];
  if (!isHostAllowed(producer.hosts, payload.host)) {
    wrong.push({ field: 'host', problem: "is outside this producer's hosts" });
  }
  if (!directory.approvers.has(admin) || !producer.approvers.includes(admin)) {
    wrong.push({ field: 'admin', problem: 'is not an approver this producer may ask' });
  }
  return wrong;
}

function knockOf(
  payload: Payload,
  from: Pick<ProducerKnock, 'producer' | 'caller' | 'endpoint' | 'notifiers'>,
): ProducerKnock {
  const address = canonicalAddress(payload.origin_ip);
  if (address === null) throw new Error('the payload was read: its origin_ip is an address');
  return {
    ...from,
    token: payload.token as Token,
    host: payload.host,
    environment: payload.environment,
    address: address as VisitorAddress,
    userAgent: payload.user_agent,
    country: payload.geo,
    admin: payload.admin as ApproverId,
    confirmUrl: payload.confirm_url,
    ttlSeconds: payload.ttl_seconds,
  };
}

function knocked(answer: ProducerKnockAnswer, clock: Clock): Reply {
  switch (answer.kind) {
    case 'opened':
      return answers.taken(answer.request, null);
    case 'known':
      return answers.taken(answer.request, answer.recipientsAdded);
    case 'foreign':
      return answers.FOREIGN;
    case 'deferred':
      return answers.atCap(Math.max(1, Math.ceil((answer.retryAtMs - clock.nowMs()) / 1_000)));
    case 'unavailable':
      return answers.UNAVAILABLE;
    default:
      return never(answer);
  }
}

/** Who may see a request is an approver's or an operator's matter to the desk; what its producer may know is judged here. */
const LOOKING: Actor = { kind: 'operator', name: 'receiver' };

function telling({ desk }: ReceiverParts): Answering {
  return async (request, producer) => {
    const token = tokenOf(request);
    if (token === null) return answers.NO_REQUEST;
    const seen = await desk.show({ by: 'token', token }, LOOKING);
    if (seen.kind === 'unavailable') return answers.UNAVAILABLE;
    // whether another producer's token exists is not this one's to know
    if (seen.kind !== 'seen' || seen.value.producer !== producer.name) return answers.NO_REQUEST;
    return answers.found(seen.value);
  };
}

function withdrawing({ desk }: ReceiverParts): Answering {
  return async (request, producer) => {
    const token = tokenOf(request);
    if (token === null) return answers.NO_REQUEST;
    return withdrawn(await desk.withdraw({ token, producer: producer.name }));
  };
}

function withdrawn(answer: WithdrawAnswer): Reply {
  switch (answer.kind) {
    case 'withdrawn':
      return answers.found(answer.request);
    case 'already':
      return answer.decision.outcome === 'withdrawn'
        ? answers.found(answer.request)
        : answers.alreadyEnded(answer.request);
    case 'foreign':
      return answers.FOREIGN;
    case 'unknown':
      return answers.NO_REQUEST;
    case 'unavailable':
      return answers.UNAVAILABLE;
    default:
      return never(answer);
  }
}

function tokenOf(request: Request): Token | null {
  const token = request.params['token'];
  return typeof token === 'string' && TOKEN.test(token) ? (token as Token) : null;
}
