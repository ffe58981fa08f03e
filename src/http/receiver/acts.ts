/**
 * What a proven producer may ask for: to open a request, to be told of one, to withdraw one. Checks the call itself; who makes
 * it was checked before.
 */
import { isHostAllowed } from '../../approval/host-pattern.js';
import type { ApproverId, ChannelName, Token, VisitorAddress } from '../../approval/brand.js';
import { isToken } from '../../approval/ids.js';
import type { Actor } from '../../approval/request.js';
import type { Directory, Producer } from '../../approval/site.js';
import { canonicalAddress } from '../../base/net/address.js';
import type { Clock } from '../../base/time/clock.js';
import { parseJson } from '../../base/text/json.js';
import { never } from '../../base/process/never.js';
import type { Desk, ProducerRequest, ProducerRequestAnswer, WithdrawAnswer } from '../../contract/desk.js';
import { refusal, type Reply } from '../shared/reply.js';
import * as answers from './answers.js';
import type { Payload, PayloadReader, WrongField } from './payload.js';

/** A call whose producer is known. */
export interface ProvenCall {
  readonly producer: Producer;
  /** Which caller of the producer it is, for the audit. */
  readonly caller: string;
  /** The last part of the path, as it came; empty where the path has none. */
  readonly token: string;
  /** Of the header `Idempotency-Key`; empty where there is none. */
  readonly idempotencyKey: string;
  readonly body: Buffer;
}

export type Act = (call: ProvenCall) => Promise<Reply>;

export interface ActDeps {
  readonly desk: Pick<Desk, 'openForProducer' | 'withdraw' | 'show'>;
  readonly directory: () => Directory;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly endpoints: readonly Endpoint[];
}

/** `channels`: what the endpoint feeds unless the producer's table names others; null: the table must. */
export interface Endpoint {
  readonly path: string;
  readonly channels: readonly ChannelName[] | null;
}

export function opening(deps: ActDeps, endpoint: Endpoint, readPayload: PayloadReader): Act {
  return async ({ producer, caller, body }) => {
    const json = parseJson(body);
    if (json === undefined) return answers.NOT_JSON;
    const reading = readPayload(json);
    if (reading.kind === 'wrong') return answers.wrongFields(400, reading.fields);
    const notifiers = producer.notifiers ?? endpoint.channels;
    if (notifiers === null) return noChannels(deps.endpoints);
    const notYours = outsideOf(producer, reading.payload, deps.directory());
    if (notYours.length > 0) return answers.wrongFields(422, notYours);
    const accessRequest = accessRequestOf(reading.payload, {
      producer: producer.name,
      caller,
      endpoint: endpoint.path,
      notifiers,
    });
    return asked(await deps.desk.openForProducer(accessRequest), deps.clock);
  };
}

function noChannels(endpoints: readonly Endpoint[]): Reply {
  const example = endpoints.flatMap(({ channels }) => channels ?? [])[0] ?? '<channel>';
  const cure = `the producer's table in sites.toml must name them, as in notifiers = ["${example}"]`;
  return refusal(422, 'no_channels', `This endpoint feeds no channel of its own: ${cure}.`);
}

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

function accessRequestOf(
  payload: Payload,
  from: Pick<ProducerRequest, 'producer' | 'caller' | 'endpoint' | 'notifiers'>,
): ProducerRequest {
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

function asked(answer: ProducerRequestAnswer, clock: Pick<Clock, 'nowMs'>): Reply {
  switch (answer.kind) {
    case 'opened':
      return answers.taken(answer.request, null);
    case 'known':
      return answers.taken(answer.request, answer.recipientsAdded);
    case 'foreign':
      return answers.FOREIGN;
    case 'deferred':
      return answers.atCap(secondsUntil(answer.retryAtMs, clock));
    case 'muted':
      return answers.muted(secondsUntil(answer.untilMs, clock));
    case 'address_of_a_proxy':
    case 'address_of_nobody':
      return answers.noVisitors(answer.kind);
    case 'unavailable':
      return answers.UNAVAILABLE;
    default:
      return never(answer);
  }
}

function secondsUntil(atMs: number, clock: Pick<Clock, 'nowMs'>): number {
  return Math.max(1, Math.ceil((atMs - clock.nowMs()) / 1_000));
}

/** The desk shows requests to approvers and operators only. The receiver looks as an operator, and shows a producer its own. */
const LOOKING: Actor = { kind: 'operator', name: 'receiver' };

export function telling({ desk }: ActDeps): Act {
  return async (call) => {
    const token = tokenOf(call);
    if (token === null) return answers.NO_REQUEST;
    const seen = await desk.show({ by: 'token', token }, LOOKING);
    if (seen.kind === 'unavailable') return answers.UNAVAILABLE;
    // a producer must not learn whether a token of another producer exists
    if (seen.kind !== 'seen' || seen.value.producer !== call.producer.name) return answers.NO_REQUEST;
    return answers.found(seen.value);
  };
}

export function withdrawing({ desk }: ActDeps): Act {
  return async (call) => {
    const token = tokenOf(call);
    if (token === null) return answers.NO_REQUEST;
    return withdrawn(await desk.withdraw({ token, producer: call.producer.name }));
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

function tokenOf({ token }: ProvenCall): Token | null {
  return isToken(token) ? token : null;
}
