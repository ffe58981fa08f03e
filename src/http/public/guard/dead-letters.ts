/**
 * What operators may do with dead letters: look through them, look into the body of one that was signed, and have that
 * one carried out once more. Both of the latter are audited; replay keys make a second time harmless.
 */
import type { Encryption } from '../../../base/crypto/encryption.js';
import type { DeadLetterBody, DeadLetterLine, DeadLetterPage, RedriveAnswer } from '../../../contract/admin.js';
import type { CalledInbound, InboundHandlers } from '../../../contract/inbound.js';
import type { OperatorsAct } from '../../../contract/operators-queue.js';
import type { AuditEntry, DeadLetter, Ledger } from '../../../contract/ledger.js';
import { openCall, type KeptCall } from './kept-call.js';

/** Carries a kept call out, judged by the time at which it came. `outcome`: a short stable code. */
export type Redriver = (
  call: KeptCall,
  atMs: number,
) => Promise<{ readonly isDone: boolean; readonly outcome: string }>;

export interface DeadLetters {
  /** Newest first. */
  list(input: { readonly limit: number; readonly before: number | null }): Promise<DeadLetterPage>;
  show(id: number): Promise<DeadLetterLine | null>;
  body(id: number, by: OperatorsAct): Promise<DeadLetterBody | LetterRefusal>;
  redrive(id: number, by: OperatorsAct): Promise<RedriveAnswer | LetterRefusal>;
}

/** `unsigned`: what proves nobody is neither kept nor carried out. `sealed`: no key of `GATE_SECRET` opens it any more. */
export type LetterRefusal = 'unknown' | 'unsigned' | 'sealed' | 'no_receiver';

export interface DeadLettersDeps {
  readonly ledger: Pick<Ledger, 'deadLetters' | 'audit'>;
  readonly encryption: Pick<Encryption, 'open'>;
  /** By source. */
  readonly redrivers: ReadonlyMap<string, Redriver>;
}

export function deadLetters({ ledger, encryption, redrivers }: DeadLettersDeps): DeadLetters {
  async function opened(id: number): Promise<{ letter: DeadLetter; call: KeptCall } | LetterRefusal> {
    const letter = await ledger.deadLetters.find(id);
    if (letter === null) return 'unknown';
    if (letter.sealedBody === null) return 'unsigned';
    const call = openCall(encryption, letter.callId, letter.sealedBody);
    return call === null ? 'sealed' : { letter, call };
  }
  return {
    async list({ limit, before }) {
      const found = await ledger.deadLetters.list({ limit: limit + 1, before });
      const letters = found.slice(0, limit).map(lineOf);
      return { letters, before: found.length > limit ? (letters.at(-1)?.id ?? null) : null };
    },
    async show(id) {
      const letter = await ledger.deadLetters.find(id);
      return letter === null ? null : lineOf(letter);
    },
    async body(id, by) {
      const found = await opened(id);
      if (typeof found === 'string') return found;
      await ledger.audit.add(auditOf(found.letter, { by, what: 'dead_letter_read' }), null);
      return { base64: found.call.body.toString('base64') };
    },
    async redrive(id, by) {
      const found = await opened(id);
      if (typeof found === 'string') return found;
      const { letter, call } = found;
      const redriver = redrivers.get(letter.source);
      if (redriver === undefined) return 'no_receiver';
      // audited before it happens and again afterwards, so that it is on record whatever becomes of it
      await ledger.audit.add(auditOf(letter, { by, what: 'dead_letter_redrive' }), null);
      const answer = await redriver(call, letter.atMs);
      const audit = auditOf(letter, { by, what: 'dead_letter_redriven', outcome: answer.outcome });
      await ledger.deadLetters.markRedriven({ id, by: by.who, outcome: answer.outcome }, audit);
      return answer;
    },
  };
}

/** A channel's own way, given the call as it came; what proved it then is not kept and not asked for. */
export function inboundRedriver(inbound: CalledInbound, handlers: InboundHandlers): Redriver {
  return async ({ id, headers, body }) => {
    const rawHeaders = Object.entries(headers).flat();
    const isDone = await inbound.redrive({ headers: { ...headers }, rawHeaders, body, callId: id }, handlers);
    return { isDone, outcome: isDone ? 'done' : 'not_done' };
  };
}

function lineOf(letter: DeadLetter): DeadLetterLine {
  const { id, atMs, source, reason, callId, address, headers, bodyBytes, bodyHash, unrecorded, redriven } = letter;
  return {
    id,
    at: new Date(atMs).toISOString(),
    source,
    reason,
    callId,
    address,
    headers,
    bodyBytes,
    bodyHash,
    isSigned: letter.sealedBody !== null,
    unrecorded,
    redriven:
      redriven === null
        ? null
        : { at: new Date(redriven.atMs).toISOString(), by: redriven.by, outcome: redriven.outcome },
  };
}

function auditOf(
  { id, source, reason }: DeadLetter,
  act: { readonly by: OperatorsAct; readonly what: string; readonly outcome?: string },
): AuditEntry {
  const outcome = act.outcome === undefined ? {} : { outcome: act.outcome };
  return {
    who: act.by.who,
    what: act.what,
    surface: act.by.surface,
    site: null,
    address: null,
    detail: { letter: id, source, reason, ...outcome },
  };
}
