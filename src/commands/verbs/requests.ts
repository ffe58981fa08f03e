/** `pending` lists the open requests, `show` prints everything of one request. */
import type { Decision, RequestRecord } from '../../approval/request.js';
import {
  denialSentence,
  EXPIRED_SENTENCE,
  passingSentence,
  UNKNOWN_SENTENCE,
  utcMinute,
} from '../../approval/sentences.js';
import { outcomeSentence, revocationSentence } from '../../approval/card-view.js';
import { durationInWords } from '../../approval/duration.js';
import { shortIds } from '../../approval/short-id.js';
import { fit } from '../../base/text/fit.js';
import type { CommandAnswer } from '../../contract/commands.js';
import type { ShownRequest } from '../../contract/desk.js';
import type { DeliveryRecord } from '../../contract/ledger.js';
import { drawn, ok } from '../answers.js';
import { cardData, cardLines, isNobodyReached } from '../cards.js';
import { listing } from '../listing.js';
import { PAGE, REQUEST, SITE } from '../parameters.js';
import type { List } from '../paging.js';
import { isoTime, passingData, requestData } from '../request-data.js';
import { defineVerb } from '../verb.js';

/** Enough to tell paths apart in a table; `show` prints the whole path. */
const MAX_PATH_CODE_POINTS = 48;

export const pendingVerb = defineVerb({
  name: 'pending',
  summary: 'list what waits for an answer, newest first',
  parameters: { site: SITE, page: PAGE },
  examples: [{ site: 'stg.example.org' }],
  run: (args, given) =>
    listing(given, args, {
      verb: 'pending',
      ask: (scope) => given.desk.pending(scope),
      list: (requests) => pendingList(requests, given.clock.nowMs()),
    }),
});

export const showVerb = defineVerb({
  name: 'show',
  summary: 'show one request whole, and how its cards stand',
  parameters: { id: REQUEST },
  examples: [{ id: '4k2m' }],
  async run({ id: prefix }, { desk, acting: { actor } }) {
    const answer = await desk.show({ by: 'prefix', prefix }, actor);
    return drawn(answer, {
      seen: async (request) =>
        drawn(await desk.deliveries({ by: 'id', id: request.id }, actor), {
          seen: (deliveries) => whole(request, deliveries),
          unknown: () => unknownRequest(prefix),
        }),
      unknown: () => unknownRequest(prefix),
    });
  },
});

export function unknownRequest(prefix: string): CommandAnswer {
  const line = `${UNKNOWN_SENTENCE} “${prefix}” has to be the start of its id, at least four characters.`;
  return { kind: 'text', isOk: false, lines: [line], data: { error: 'unknown' } };
}

function pendingList(requests: readonly RequestRecord[], nowMs: number): List {
  const short = shortIds(requests.map((request) => request.id));
  return {
    title: requests.length === 1 ? '1 request is pending' : `${String(requests.length)} requests are pending`,
    columns: ['id', 'site', 'address', 'path', 'browser', 'time left'],
    rows: requests.map((request) => [
      short.get(request.id) ?? request.id,
      request.site ?? request.host,
      request.address,
      fit(request.path, MAX_PATH_CODE_POINTS),
      request.browser,
      timeLeft(request.deadlineAtMs - nowMs),
    ]),
    empty: 'Nothing is pending.',
    data: requests.map(requestData),
  };
}

/** Whole minutes, rounded down so that nobody is promised more time than there is; seconds in the last two minutes. */
function timeLeft(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds <= 0) return 'none';
  if (seconds < 120) return `${String(seconds)} s`;
  return `${String(Math.floor(seconds / 60))} min`;
}

function whole(request: ShownRequest, deliveries: readonly DeliveryRecord[]): CommandAnswer {
  const grant = request.grantTtlSeconds > 0 ? durationInWords(request.grantTtlSeconds) : `left to ${request.producer}`;
  const lines = [
    `Request: ${request.id}`,
    `Site: ${request.host} (${request.environment})`,
    `Path: ${request.path}`,
    `Address: ${request.address}${request.country === null ? '' : ` (${request.country})`}`,
    `Browser: ${request.browser}`,
    ...(request.person === undefined ? [] : [`Signed in as: ${request.person}`]),
    `Opened: ${utcMinute(request.openedAtMs)} by ${request.producer}`,
    `Answer by: ${utcMinute(request.deadlineAtMs)}`,
    `An approval lasts: ${grant}`,
    ...statusLines(request, deliveries),
    ...cardLines(request, deliveries),
  ];
  const { host, environment, country, browser, producer, person = null } = request;
  return ok(lines, {
    ...requestData(request),
    host,
    environment,
    country,
    browser,
    person,
    producer,
    decision: decisionData(request),
    cards: cardData(request, deliveries),
    ...passingData(request),
  });
}

function decisionData({ decision }: RequestRecord): unknown {
  if (decision === null) return null;
  const { outcome, by, over, atMs, grantedUntilMs, denial, revocation } = decision;
  return {
    outcome,
    by,
    over,
    at: isoTime(atMs),
    grantedUntil: grantedUntilMs === null ? null : isoTime(grantedUntilMs),
    ...(denial === undefined ? {} : { reason: denial.reason, isReasonShared: denial.isShared }),
    ...(revocation === undefined ? {} : { revokedBy: revocation.by, revokedAt: isoTime(revocation.atMs) }),
  };
}

/** How the request stands. Expired, decided, withdrawn and `no card reaches anybody` must be told apart. */
function statusLines(request: ShownRequest, deliveries: readonly DeliveryRecord[]): readonly string[] {
  const { decision } = request;
  if (decision === null) {
    const unreached = isNobodyReached(deliveries) ? '; no card could be delivered, so nobody was asked' : '';
    return [`Status: pending${unreached}`];
  }
  const passing = request.passing === undefined ? null : passingSentence(request, request.passing);
  const more = [denialSentence(decision), revocationSentence(decision), passing].filter((line) => line !== null);
  return [`Status: ${endInWords(decision)}`, ...more];
}

function endInWords(decision: Decision): string {
  if (decision.outcome === 'expired') return EXPIRED_SENTENCE;
  const { revocation, atMs, grantedUntilMs } = decision;
  const ended = `${outcomeSentence(decision)} at ${utcMinute(atMs)}`;
  // what was taken back is said first, and no longer with the time until which it was meant to last
  if (revocation !== undefined) return `revoked at ${utcMinute(revocation.atMs)}. ${ended}`;
  return grantedUntilMs === null ? ended : `${ended}, until ${utcMinute(grantedUntilMs)}`;
}
