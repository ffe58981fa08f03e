/** How a provider carries mails, as `src/mail/policy.ts` reads it: whole, with every default in place. */

export interface MailPolicy {
  readonly throttle: MailThrottle;
  readonly http: { readonly connectMs: number; readonly totalMs: number; readonly answerBytes: number };
  readonly token: {
    /** A token is fetched anew after this share of its life. */
    readonly earlyRefreshShare: number;
  };
  readonly retry: MailRetry;
  readonly mail: {
    /** In place of the mailbox's own address; null: the mailbox. */
    readonly from: MailSender | null;
    readonly replyTo: string | null;
    readonly headers: Readonly<Record<string, string>>;
    readonly isSavedToSent: boolean;
  };
  readonly terminal: {
    /** What is refused for good is tried again, while an operator repairs. */
    readonly isSoftBounce: boolean;
    /** Codes of ours, as `smtp_451`, that end a delivery although they would be tried again; and the other way round. */
    readonly final: readonly string[];
    readonly retried: readonly string[];
  };
}

export interface MailSender {
  readonly name: string;
  readonly address: string;
}

/** Over all processes. 0: as many as may be. */
export interface MailThrottle {
  /** Of one mailbox within any 60 s. */
  readonly perMinute: number;
  /** Calls to the provider under way. */
  readonly atOnce: number;
}

export interface MailRetry {
  /** After the first failure, the second, and so on; the last one from then on. Empty: those of the delivery's kind. */
  readonly waitsMs: readonly number[];
  /** A wait is stretched by up to this share. */
  readonly jitter: number;
  /** No wait is longer, unless the provider asks for it. */
  readonly longestWaitMs: number;
  /** After so many in a row the delivery has failed. */
  readonly attempts: number;
  /** No attempt begins so long after the delivery was queued. */
  readonly lifetimeMs: number;
}
