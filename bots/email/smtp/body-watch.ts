/**
 * Reads out of nodemailer's log which mails' bodies have begun to leave. Nothing else tells: an error names neither, and
 * `ECONNECTION` is the same whether the server went away at MAIL or after the final dot.
 *
 * Entries of the pool name a mail, those of a connection only the connection. The pool writes `send` right before it hands a mail
 * to its connection, and nothing comes in between. An entry's text is never looked at: some hold the mail itself.
 */

/** What nodemailer gives with an entry, before its text. */
interface Entry {
  readonly tnx?: unknown;
  readonly sid?: unknown;
  readonly messageId?: unknown;
}

type Write = (entry: Entry) => void;

/** The levels of a logger, as nodemailer asks for them. */
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

export interface BodyWatch {
  readonly logger: Readonly<Record<(typeof LEVELS)[number] | 'level', Write>>;
  /** `messageId` in angle brackets. Forgets it. */
  take(messageId: string): boolean;
}

export function watchBodies(): BodyWatch {
  /** Mails by the connection that carries them; a connection carries one after the other. */
  const carried = new Map<string, string>();
  const begun = new Set<string>();
  let handedOver: string | null = null;

  const write: Write = ({ tnx, sid, messageId }) => {
    if (tnx === 'send' && typeof messageId === 'string') handedOver = messageId;
    if (typeof sid !== 'string') return;
    if (handedOver !== null) carried.set(sid, handedOver);
    handedOver = null;
    const mail = carried.get(sid);
    if (tnx === 'message' && mail !== undefined) begun.add(mail);
  };
  return {
    logger: Object.fromEntries([...LEVELS, 'level'].map((level) => [level, write])) as BodyWatch['logger'],
    take(messageId) {
      for (const [sid, mail] of carried) if (mail === messageId) carried.delete(sid);
      return begun.delete(messageId);
    },
  };
}
