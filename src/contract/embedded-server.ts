/** A server of the platform's kind that the gate runs itself, for a channel that has no other one to speak to. */
import type { Request, Response } from 'express';
import type { Random } from '../base/crypto/random.js';
import type { Secret } from '../base/crypto/secret.js';
import type { Log } from '../base/process/log.js';
import type { Clock } from '../base/time/clock.js';
import type { Mount } from './mount.js';
import type { CallHandler } from './inbound.js';
import type { SweepCursor } from './retention-ledger.js';

/** What a line of the registry says of it. It runs where the public plane does; the channel reaches it over loopback. */
export interface EmbeddedEntry<Config = unknown> {
  isUsed(config: Config): boolean;
  /** Its own SQLite file in `DATA_DIR`, which backups of the ledger enclose. */
  readonly file: string;
  /** What its messages are called where removed ones are counted. */
  readonly messages: string;
  load(): Promise<{ open(deps: EmbeddedDeps): EmbeddedServer }>;
}

export interface EmbeddedServer {
  readonly mount: Mount;
  /** Deletes old messages, a batch a call. */
  sweep(input: MessageSweep): Promise<SweptMessages>;
  close(): void;
}

export interface EmbeddedDeps {
  /** Where the messages are kept; made when it is not there. */
  readonly file: string;
  /** Origin without a trailing slash. */
  readonly publicUrl: string;
  /** The public plane's origin over loopback, by which the channel and this server reach each other. */
  readonly loopbackUrl: string;
  /** As the channel is given it, so that both have the same secrets. */
  deriveKey(purpose: string): Secret;
  /** The signed-in reader of a request, by an address on the channel without its workspace; null: nobody who has one. */
  readerOf(request: Request): Promise<EmbeddedReader | null>;
  /** Whether an approver has this address. */
  isReader(subject: string): boolean;
  /** Stands before every call of its API. `isKnown`: the call carries the bot's secret. */
  arrive(request: Request, response: Response, isKnown: boolean): CallHandler;
  /** Remembers where to send somebody who is not signed in, once they are. */
  keepWayBack(response: Response, path: string): void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface EmbeddedReader {
  readonly subject: string;
  /** Whether they signed in by two factors. */
  readonly isWithASecond: boolean;
  csrfToken(purpose: string): string;
}

export interface MessageSweep {
  readonly olderThanMs: number;
  /** At most so many messages are looked at. */
  readonly limit: number;
  /** Where the batch before ended; null: from the oldest on. */
  readonly after: SweepCursor | null;
  /** Of these keys those whose messages nobody needs any more. Rejects where that is not known now: nothing goes then. */
  readonly past: (keys: readonly string[]) => Promise<readonly string[]>;
}

export interface SweptMessages {
  readonly removed: number;
  /** Null: nothing is left to look at. */
  readonly next: SweepCursor | null;
}
