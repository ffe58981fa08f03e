/** `pending` lists the open requests, `show` prints everything of one request. */
import type { Decision, RequestRecord } from '../../approval/request.js';
import { denialSentence, EXPIRED_SENTENCE, UNKNOWN_SENTENCE, utcMinute } from '../../approval/sentences.js';
import { outcomeSentence, revocationSentence } from '../../approval/card-view.js';
import { durationInWords } from '../../approval/duration.js';
import { shortIds } from '../../approval/short-id.js';
import { fit } from '../../base/fit.js';
import type { CommandAnswer } from '../../contract/commands.js';
import type { DeliveryRecord } from '../../contract/ledger.js';
import { drawn, ok } from '../answers.js';
import { cardData, cardLines, isNobodyReached } from '../cards.js';
import { listing } from '../listing.js';
import type { List } from '../paging.js';
import { isoTime, requestData } from '../request-data.js';
import type { Verb } from '../verb.js';

/** Enough to tell paths apart in a table; `show` prints the whole path. */
const MAX_PATH_CODE_POINTS = 48;

export const pendingVerb = {
  name: 'pending',
  usage: 'pending [site]',
  summary: 'Lists what waits for an answer, newest first.',
  example: 'pending stg.example.org',
  run: (given) =>
    listing(given, 'pending', {
      ask: (scope) => given.desk.pending(scope),
      list: (requests) => pendingList(requests, given.clock.nowMs()),
    }),
} as const satisfies Verb;

export const showVerb = {
  name: 'show',
  usage: 'show <id>',
  summary: 'Shows one request whole, and how its cards stand.',
  example: 'show 4k2m',
  async run({ words, desk, call }) {
    const [prefix, ...rest] = words;
    if (prefix === undefined || rest.length > 0) return null;
    const answer = await desk.show({ by: 'prefix', prefix }, call.actor);
    return drawn(answer, {
      seen: async (request) =>
        drawn(await desk.deliveries({ by: 'id', id: request.id }, call.actor), {
          seen: (deliveries) => whole(request, deliveries),
          unknown: () => unknownRequest(prefix),
        }),
      unknown: () => unknownRequest(prefix),
    });
  },
} as const satisfies Verb;

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

function whole(request: RequestRecord, deliveries: readonly DeliveryRecord[]): CommandAnswer {
  const grant = request.grantTtlSeconds > 0 ? durationInWords(request.grantTtlSeconds) : `left to ${request.producer}`;
  const lines = [
    `Request: ${request.id}`,
    `Site: ${request.host} (${request.environment})`,
    `Path: ${request.path}`,
    `Address: ${request.address}${request.country === null ? '' : ` (${request.country})`}`,
    `Browser: ${request.browser}`,
    `Opened: ${utcMinute(request.openedAtMs)} by ${request.producer}`,
    `Expires: ${utcMinute(request.deadlineAtMs)}`,
    `An approval lasts: ${grant}`,
    ...statusLines(request, deliveries),
    ...cardLines(request, deliveries),
  ];
  const { host, environment, country, browser, producer } = request;
  return ok(lines, {
    ...requestData(request),
    host,
    environment,
    country,
    browser,
    producer,
    decision: decisionData(request),
    cards: cardData(request, deliveries),
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
function statusLines(request: RequestRecord, deliveries: readonly DeliveryRecord[]): readonly string[] {
  const { decision } = request;
  if (decision === null) {
    const unreached = isNobodyReached(deliveries) ? '; no card could be delivered, so nobody was asked' : '';
    return [`Status: pending${unreached}`];
  }
  const revoked = revocationSentence(decision);
  const more = [denialSentence(decision), revoked].filter((line) => line !== null);
  return [`Status: ${endInWords(decision)}`, ...more];
}

function endInWords(decision: Decision): string {
  if (decision.outcome === 'expired') return EXPIRED_SENTENCE;
  const until = decision.grantedUntilMs === null ? '' : `, until ${utcMinute(decision.grantedUntilMs)}`;
  return `${outcomeSentence(decision)} at ${utcMinute(decision.atMs)}${until}`;
}
