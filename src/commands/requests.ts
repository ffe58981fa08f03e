/** `pending` and `show`: which requests there are, and one of them whole. */
import type { RequestRecord } from '../approval/request.js';
import { EXPIRED_SENTENCE, UNKNOWN_SENTENCE, utcMinute } from '../approval/sentences.js';
import { outcomeSentence } from '../approval/card-view.js';
import { durationInWords } from '../approval/duration.js';
import { shortIds } from '../approval/short-id.js';
import { fit } from '../base/fit.js';
import type { CommandAnswer } from '../contract/commands.js';
import { drawn, noSuchSite, ok } from './answers.js';
import { isoTime, requestData } from './request-data.js';
import type { Verb } from './verb.js';

/** Enough to tell paths apart in a table; `show` has the whole. */
const MAX_PATH_CODE_POINTS = 48;

export const pendingVerb = {
  name: 'pending',
  usage: 'pending [site]',
  summary: 'Lists what waits for an answer, newest first.',
  example: 'pending stg.example.org',
  async run(given) {
    const [site, ...rest] = given.words;
    if (rest.length > 0) return null;
    const answer = await given.desk.pending({ actor: given.call.actor, ...(site === undefined ? {} : { site }) });
    return drawn(answer, {
      seen: (requests) => pendingTable(requests, given.clock.nowMs()),
      unknown: () => noSuchSite(given, site ?? ''),
    });
  },
} as const satisfies Verb;

export const showVerb = {
  name: 'show',
  usage: 'show <id>',
  summary: 'Shows one request whole.',
  example: 'show 4k2m',
  async run({ words, desk, call }) {
    const [prefix, ...rest] = words;
    if (prefix === undefined || rest.length > 0) return null;
    const answer = await desk.show({ by: 'prefix', prefix }, call.actor);
    return drawn(answer, { seen: whole, unknown: () => unknownRequest(prefix) });
  },
} as const satisfies Verb;

export function unknownRequest(prefix: string): CommandAnswer {
  const line = `${UNKNOWN_SENTENCE} “${prefix}” has to be the start of its id, at least four characters.`;
  return { kind: 'text', isOk: false, lines: [line], data: { error: 'unknown' } };
}

function pendingTable(requests: readonly RequestRecord[], nowMs: number): CommandAnswer {
  const short = shortIds(requests.map((request) => request.id));
  return {
    kind: 'table',
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
    more: null,
    empty: 'Nothing is pending.',
    data: requests.map(requestData),
  };
}

/** Whole minutes, rounded down, until the last one: nobody is promised more time than there is. */
function timeLeft(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds <= 0) return 'none';
  if (seconds < 120) return `${String(seconds)} s`;
  return `${String(Math.floor(seconds / 60))} min`;
}

function whole(request: RequestRecord): CommandAnswer {
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
    `Status: ${statusInWords(request)}`,
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
  });
}

function decisionData({ decision }: RequestRecord): unknown {
  if (decision === null) return null;
  const { outcome, by, over, atMs, grantedUntilMs } = decision;
  return {
    outcome,
    by,
    over,
    at: isoTime(atMs),
    grantedUntil: grantedUntilMs === null ? null : isoTime(grantedUntilMs),
  };
}

function statusInWords({ decision }: RequestRecord): string {
  if (decision === null) return 'pending';
  if (decision.outcome === 'expired') return EXPIRED_SENTENCE;
  const until = decision.grantedUntilMs === null ? '' : `, until ${utcMinute(decision.grantedUntilMs)}`;
  return `${outcomeSentence(decision)} at ${utcMinute(decision.atMs)}${until}`;
}
