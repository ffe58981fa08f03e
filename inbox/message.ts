/** What the embedded Talk keeps: one message, one card, one reader. */

export interface Message {
  readonly id: string;
  /** The reader: a person's name at Talk. */
  readonly handle: string;
  readonly revision: number;
  /** Plain text, for a reader whose browser draws no cards. */
  readonly text: string;
  /** An Adaptive Card, as JSON text; never read here. */
  readonly card: string;
  readonly sentAtMs: number;
}

/** As the web inbox gets it. */
export interface MessageView {
  readonly id: string;
  readonly revision: number;
  readonly text: string;
  readonly card: unknown;
  readonly sentAtMs: number;
}

export function messageView(message: Message): MessageView {
  const { id, revision, text, sentAtMs } = message;
  return { id, revision, text, card: JSON.parse(message.card), sentAtMs };
}
