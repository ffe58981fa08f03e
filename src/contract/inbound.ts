/**
 * Inbound: how taps and commands come in from a chat platform.
 *
 * The platform proves WHO taps; the token only says WHICH request. A tap is committed, then acknowledged, within 2 s;
 * later than that the answer is `unavailable`: nothing changed, tap again. An answer to a tap never draws the final
 * card: the courier does.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Router } from 'express';
import type { RequestRecord } from '../approval/request.js';
import type { ChannelPolicy } from '../approval/site.js';
import type { Desk } from './desk.js';
import type { Commands } from './commands.js';
import type { MailReport } from './delivery-ledger.js';

/** What an inbound may call. It is given to the inbound when the planes are built. */
export interface InboundHandlers {
  readonly desk: Pick<Desk, 'decide' | 'pending' | 'grants'>;
  readonly commands: Commands;
  /** Given wherever a channel's peer may report later. */
  readonly reports?: ReportHandler;
  /** How far a request's site trusts a channel, for surfaces that list requests. Absent: wholly. */
  readonly policyOf?: (request: Pick<RequestRecord, 'site' | 'host'>, channel: string) => ChannelPolicy;
}

/** What a channel's peer told of a delivery that it had taken. Decides nothing, whatever it says. */
export interface ReportHandler {
  /** Rejects with `LedgerUnavailable` when it could not be written; then nothing changed. */
  report(told: DeliveryReport): Promise<'recorded' | 'repeated' | 'unknown'>;
}

export interface DeliveryReport {
  /** The channel whose registry line names what reports. */
  readonly over: string;
  readonly deliveryId: string;
  readonly what: MailReport;
  /** A short code of ours: `dsn_5.1.1`, `arf_abuse`. Never the peer's own text. */
  readonly reason: string;
  /** The call it came by, so that the same call again has one effect. */
  readonly callId: string;
}

/** A call as it came, read whole. `rawHeaders` is node's flat list, in which a doubled header is still seen. */
export interface RawCall {
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** What the guard of the public plane hands on with a call whose signature is right and fresh. */
export interface SignedCall extends RawCall {
  /** The platform's own id of this call, or a digest of what it signed: the same call again has the same. */
  readonly callId: string;
}

export type Proof =
  | { readonly kind: 'signed'; readonly callId: string }
  | { readonly kind: 'refused'; readonly status: 401 | 408; readonly reason: RefusedCall };

export type RefusedCall = 'header_missing' | 'header_malformed' | 'signature_wrong' | 'outside_window';

export interface CallRefusal {
  readonly kind: 'refused';
  readonly status: number;
  /** Stable, for machines. */
  readonly reason: string;
  /** Given with 429. */
  readonly retryAfterSeconds?: number;
}

/** The guard, for a receiver that judges by itself who calls: it bounds the call, counts failures and keeps what was refused. */
export interface CallHandler {
  /** Before a byte of the body is read: why the call goes no further, or null. */
  turnedAway(): CallRefusal | null;
  /** The body, bounded as it comes. */
  read(): Promise<{ readonly kind: 'read'; readonly bytes: Buffer } | CallRefusal>;
  /** The call proves nothing. `bytes`: its body, where it was read. */
  refuse(refused: CallRefusal, bytes?: Buffer): CallRefusal;
}

/**
 * A channel that is called. The guard stands in front of `router`: it has bounded and read the body, asked
 * `authenticate`, and put the call where `takenSignedCall` finds it (`src/base/net/signed-call.ts`), the bytes also as `rawBody`.
 */
export interface CalledInbound {
  readonly kind: 'called';
  readonly path: string;
  /** The allow-list of headers that a dead letter may quote, lower case; those of `cut` to 12 characters. */
  readonly quoted: { readonly whole: readonly string[]; readonly cut: readonly string[] };
  /**
   * Proves by header shape, signature over the raw bytes (every configured key) and a window of 5 minutes to both sides
   * who calls. Reads no field of the body.
   */
  authenticate(call: RawCall, nowMs: number): Proof;
  router(handlers: InboundHandlers): Router;
  /** Carries out a signed call that was refused after its signature, once more, without its platform waiting. Answers whether it did. */
  redrive(call: SignedCall, handlers: InboundHandlers): Promise<boolean>;
}

/**
 * A channel that connects out: one leased process owns the socket. Our own loop (src/delivery/connections/sockets.ts) calls `connect`
 * again after every end; the SDK's own reconnecting is switched off.
 */
export interface ConnectingInbound {
  readonly kind: 'connecting';
  /** Resolves once events flow. Never rejects, and nothing of the SDK ends the process. */
  connect(handlers: InboundHandlers, signal: AbortSignal): Promise<Connection | ConnectionEnd>;
}

export interface Connection {
  readonly kind: 'up';
  /** Resolves when the socket is gone, for whatever reason, `close` included. */
  readonly ended: Promise<ConnectionEnd>;
  close(): Promise<void>;
}

/** `lost`: worth connecting again soon. `refused`: bad credentials and the like; somebody has to mend the configuration. */
export interface ConnectionEnd {
  readonly kind: 'lost' | 'refused';
  /** A short stable code of ours: `gateway_4004`, `invalid_auth`, `closed`. */
  readonly reason: string;
}

export type Inbound = CalledInbound | ConnectingInbound;
