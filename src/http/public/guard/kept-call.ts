/** A proven call as its dead letter keeps it, sealed: what it takes to carry it out once more. */
import { z } from 'zod';
import type { Encryption } from '../../../base/crypto/encryption.js';

export interface KeptCall {
  /** The platform's own id of the call, its replay key: once more has no second effect. */
  readonly id: string;
  /** Lower case; none that proves anything. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** What the receiver knew beside the body: who called, and where. */
  readonly about: Readonly<Record<string, string>>;
}

const PURPOSE = 'dead-letter';
const KEPT = z.object({
  id: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.base64(),
  about: z.record(z.string(), z.string()),
});

/** `letter`: our own id of the call, so that what was sealed for one letter does not open in another. */
export function sealCall(encryption: Pick<Encryption, 'seal'>, letter: string, call: KeptCall): string {
  return encryption.seal(PURPOSE, letter, JSON.stringify({ ...call, body: call.body.toString('base64') }));
}

/** Null when no key of `GATE_SECRET` opens it. */
export function openCall(encryption: Pick<Encryption, 'open'>, letter: string, sealed: string): KeptCall | null {
  const text = encryption.open(PURPOSE, letter, sealed);
  if (text === null) return null;
  const kept = KEPT.parse(JSON.parse(text));
  return { ...kept, body: Buffer.from(kept.body, 'base64') };
}
