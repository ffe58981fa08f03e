/**
 * How a mail provider hands on what mail systems write back: bounces and complaints, which are recorded on the delivery
 * they belong to. A mail is written by anybody, so that this is all it can do; nothing a mail says decides anything.
 *
 * The scheme signs no time, so that a call cannot be too old. What makes a replay harmless is its replay key, a digest of
 * the body, which is stored with the effect.
 */
import { createHmac } from 'node:crypto';
import express, { type RequestHandler, type Router } from 'express';
import { isSameSecret, sha256Hex } from '../../src/base/crypto/digest.js';
import type { Log } from '../../src/base/process/log.js';
import { singleHeader } from '../../src/base/net/raw-headers.js';
import type { Secret } from '../../src/base/crypto/secret.js';
import { takenSignedCall } from '../../src/base/net/signed-call.js';
import { safeStack } from '../../src/base/process/safe-stack.js';
import type {
  CalledInbound,
  InboundHandlers,
  Proof,
  RawCall,
  ReportHandler,
  SignedCall,
} from '../../src/contract/inbound.js';
import { isLedgerUnavailable } from '../../src/contract/ledger-unavailable.js';
import { refusedProof } from '../kit/refused-proof.js';
import type { EmailWebhook } from './config.js';
import { readMailReport } from './mail-report.js';
import type { OwnMails } from './own-mails.js';
import { rawMailIn } from './raw-mail.js';

const CHANNEL = 'email';
const PATH = '/api/webhooks/email/inbound';
const SIGNATURE = /^(?:sha256=)?([0-9a-f]{64})$/i;

interface EmailInboundDeps {
  readonly webhook: EmailWebhook;
  readonly own: () => Promise<OwnMails>;
  readonly log: Log;
}

/** `no_report`: a mail that is no report, as most are. `unknown`: a report of a delivery that is not in the ledger. */
type Outcome = 'recorded' | 'repeated' | 'unknown' | 'no_report' | 'malformed';

export function emailInbound(deps: EmailInboundDeps): CalledInbound {
  const { webhook, own } = deps;
  return {
    kind: 'called',
    path: PATH,
    quoted: { whole: [], cut: [webhook.header] },
    authenticate: (call) => authenticate(call, webhook),
    router: (handlers): Router => express.Router().post('/', receive(reportsOf(handlers), deps)),
    async redrive(call, handlers) {
      const outcome = await carryOut(call, reportsOf(handlers), own);
      return outcome === 'recorded' || outcome === 'repeated';
    },
  };
}

/** Proves that the provider sent these very bytes, once. */
function authenticate({ rawHeaders, body }: RawCall, { header, secrets }: EmailWebhook): Proof {
  const presented = singleHeader(rawHeaders, header);
  if (presented === undefined) return refusedProof('header_missing');
  const hex = SIGNATURE.exec(presented ?? '')?.[1];
  if (hex === undefined) return refusedProof('header_malformed');
  const signature = Buffer.from(hex, 'hex');
  // every secret is compared whatever matched before, so that time tells nothing
  const isGenuine = secrets.reduce((any, secret) => isSameSecret(mac(secret, body), signature) || any, false);
  return isGenuine ? { kind: 'signed', callId: sha256Hex(body) } : refusedProof('signature_wrong');
}

function mac(secret: Secret, body: Buffer): Buffer {
  return createHmac('sha256', secret.reveal()).update(body).digest();
}

function receive(reports: ReportHandler, { own, log }: EmailInboundDeps): RequestHandler {
  return async (request, response) => {
    const call = takenSignedCall(request) as SignedCall;
    const outcome = await carryOut(call, reports, own).catch((error: unknown) => failed(error, log));
    const status = STATUS[outcome];
    if (status === 503) response.set('retry-after', '30');
    response.status(status).set('cache-control', 'no-store').json({ outcome });
  };
}

/** Everything that the provider should not send again is answered 200, whatever it was. */
const STATUS: Readonly<Record<Outcome | 'unavailable' | 'failed', number>> = {
  recorded: 200,
  repeated: 200,
  unknown: 200,
  no_report: 200,
  malformed: 400,
  unavailable: 503,
  failed: 500,
};

async function carryOut(
  { body, callId }: SignedCall,
  reports: ReportHandler,
  own: EmailInboundDeps['own'],
): Promise<Outcome> {
  const raw = rawMailIn(body);
  if (raw === null) return 'malformed';
  const report = await readMailReport(raw, await own());
  return report === null ? 'no_report' : reports.report({ over: CHANNEL, ...report, callId });
}

function failed(error: unknown, log: Log): 'unavailable' | 'failed' {
  if (isLedgerUnavailable(error)) return 'unavailable';
  log.error('an inbound mail failed', { error: safeStack(error) });
  return 'failed';
}

/** Checked at the start, so that a mistake is not found only with the first bounce. */
function reportsOf({ reports }: InboundHandlers): ReportHandler {
  if (reports === undefined) throw new Error('the e-mail channel is called, so it is given where reports go');
  return reports;
}
