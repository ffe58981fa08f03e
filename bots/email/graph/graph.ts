/**
 * Microsoft Graph as a mail transport: sends from mailboxes of one tenant in the name of one registered application. What the
 * provider's record and its secrets say is read anew for each token; an instance belongs to one version of the record.
 */
import type { Random } from '../../../src/base/crypto/random.js';
import { createHttpClient } from '../../../src/base/net/http-client-node.js';
import type { Log } from '../../../src/base/process/log.js';
import type { Clock } from '../../../src/base/time/clock.js';
import type { Health } from '../../../src/contract/channel.js';
import type { GraphEndpoint } from '../../../src/contract/mail-records.js';
import { unhealthy } from '../../kit/unhealthy.js';
import type { MailTransport } from '../transport.js';
import { createGraphApi } from './api.js';
import { createCopies } from './copies.js';
import { createReports } from './reports.js';
import { createSender } from './sending.js';
import { createSlots } from './slots.js';
import { createTokenSource, type GraphSecrets, type TokenAnswer } from './token.js';

/**
 * Exchange Online sends 30 mails a minute from one mailbox (Microsoft, “Exchange Online limits”), and Outlook runs 4 calls of
 * one application at once (“Microsoft Graph service-specific throttling limits”), of which one is left for others.
 */
const GRAPH_DEFAULTS = { mailsPerMinuteAndMailbox: 30, callsAtOnce: 3 } as const;

/** Milliseconds and bytes, and the like; what the provider's policy says in place of the defaults. */
interface GraphTuning {
  readonly connectTimeoutMs: number;
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly earlyRefreshShare: number;
  readonly callsAtOnce: number;
  /** Whether a copy of each mail stays in Sent Items. */
  readonly isSavedToSent: boolean;
}

/** An attempt of the courier has 6.5 s for what may be three calls. */
const TUNING: GraphTuning = {
  connectTimeoutMs: 3_000,
  timeoutMs: 6_000,
  maxAnswerBytes: 256 * 1024,
  earlyRefreshShare: 0.8,
  callsAtOnce: GRAPH_DEFAULTS.callsAtOnce,
  isSavedToSent: true,
};

export interface GraphDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly tuning?: Partial<GraphTuning>;
}

export function graphTransport(endpoint: GraphEndpoint, secrets: GraphSecrets, deps: GraphDeps): MailTransport {
  const tuning = { ...TUNING, ...deps.tuning };
  const { clock, random } = deps;
  const closing = new AbortController();
  // an operator's own peer, as the mail server of SMTP is: it may be anywhere
  const http = createHttpClient({ egress: 'any', allowedNetworks: [] });
  const calls = { http, clock, random, timeoutMs: tuning.timeoutMs, connectTimeoutMs: tuning.connectTimeoutMs };
  const { earlyRefreshShare, callsAtOnce, maxAnswerBytes } = tuning;
  const tokens = createTokenSource({ ...calls, endpoint, secrets, earlyRefreshShare, closing: closing.signal });
  const slots = createSlots(callsAtOnce);
  const api = createGraphApi({ ...calls, apiUrl: endpoint.apiUrl, tokens, slots, maxAnswerBytes });
  const sender = createSender({ api, clock });
  return {
    slots: callsAtOnce,
    // A second attempt looks for the first; where it may not look, the answer says so.
    isIdempotent: false,
    send: (mail, signal) => sender.send(mail, AbortSignal.any([signal, closing.signal])),
    watch: { ...createCopies(api, { isKept: tuning.isSavedToSent }), ...createReports(api, clock) },
    health: async (signal) => healthOf(endpoint, await tokens.token({ signal })),
    close() {
      closing.abort();
      http.close();
    },
  };
}

function healthOf({ tokenUrl, tenant }: GraphEndpoint, answer: TokenAnswer): Health {
  if (answer.kind === 'token') return { kind: 'healthy', detail: `the tenant ${tenant} gives the application a token` };
  return unhealthy(`${new URL(tokenUrl).host}: ${answer.answer.reason}`, answer.cure);
}
