/** What happens in the gate, by the RFC's names (section 11) and ours. */
import type { IdentityEvent } from '../contract/identity-event.js';

interface About {
  readonly host: string;
  /** The token's first 8 digits. */
  readonly token: string;
}

interface AboutMessage {
  readonly channel: string;
  readonly kind: string;
  readonly delivery: string;
}

export type GateEvent =
  | IdentityEvent
  | ({ readonly event: 'auth_gate.notifier_sent'; readonly channel: string } & About)
  /** A provider has taken it, and has yet to send it. */
  | ({ readonly event: 'auth_gate.notifier_accepted'; readonly channel: string } & About)
  | ({
      readonly event: 'auth_gate.notifier_failed';
      readonly channel: string;
      readonly error: string;
      readonly attempt: number;
    } & About)
  | ({ readonly event: 'auth_gate.all_notifiers_failed' } & About)
  /** A message without a request (`mail`, `report`, `digest`); `delivery` is in a mail's Message-ID. */
  | ({
      readonly event: 'auth_gate.message_sent';
      /** An attempt before it may have sent it as well: its answer never came, or its process ended. */
      readonly isMaybeDuplicate: boolean;
    } & AboutMessage)
  /** A provider has taken it, and has yet to send it. */
  | ({ readonly event: 'auth_gate.message_accepted'; readonly isMaybeDuplicate: boolean } & AboutMessage)
  | ({ readonly event: 'auth_gate.message_failed'; readonly error: string; readonly attempt: number } & AboutMessage)
  /** It was refused, or its end came: nobody tries again. */
  | ({ readonly event: 'auth_gate.message_given_up'; readonly reason: string } & AboutMessage)
  /** No link to sign in by was mailed: too many were asked for this account's mailbox. */
  | { readonly event: 'auth_gate.sign_in_not_mailed'; readonly account: string; readonly address: string }
  /** A card was deleted or can be edited no more: a follow-up tells how the request stands. */
  | ({ readonly event: 'auth_gate.card_lost'; readonly channel: string; readonly error: string } & About)
  | ({ readonly event: 'auth_gate.follow_up_sent'; readonly channel: string } & About)
  | ({
      readonly event: 'auth_gate.opened';
      readonly request: string;
      readonly producer: string;
      readonly address: string;
    } & About)
  | { readonly event: 'auth_gate.deferred'; readonly host: string; readonly address: string }
  | ({
      readonly event: 'auth_gate.decided';
      readonly request: string;
      readonly outcome: 'approved' | 'denied';
      readonly by: string;
      readonly over: string;
    } & About)
  | ({ readonly event: 'auth_gate.expired'; readonly request: string } & About)
  | ({ readonly event: 'auth_gate.withdrawn'; readonly request: string; readonly by: string } & About)
  | {
      readonly event: 'auth_gate.granted';
      readonly grant: number;
      readonly site: string;
      readonly address: string;
      readonly by: string;
      readonly until: string;
    }
  /** Somebody passes by who they are, told once for each of their sessions there. */
  | {
      readonly event: 'auth_gate.passed_by_passage';
      readonly site: string;
      readonly address: string;
      readonly by: string;
    }
  | {
      readonly event: 'auth_gate.revoked';
      readonly grant: number;
      readonly site: string;
      readonly address: string;
      readonly by: string;
    }
  | {
      readonly event: 'auth_gate.extended';
      readonly grant: number;
      readonly request: string;
      readonly site: string;
      readonly address: string;
      readonly by: string;
      readonly until: string;
    }
  /** No cards from a site for a while; with an address, from that address on that site. */
  | {
      readonly event: 'auth_gate.muted';
      readonly site: string;
      readonly address: string | null;
      readonly by: string;
      readonly until: string;
    }
  | {
      readonly event: 'auth_gate.unmuted';
      readonly site: string;
      readonly address: string | null;
      readonly by: string;
    }
  /** A chat account (`slack:T024BE7LD:U061F7AUR`) speaks for an approver, or no more. */
  | { readonly event: 'auth_gate.linked'; readonly account: string; readonly approver: string }
  | {
      readonly event: 'auth_gate.unlinked';
      readonly account: string;
      readonly by: string;
      /** From this one alone; absent: from everybody. */
      readonly approver?: string;
    }
  /** Sessions of this account were ended, by an operator or, where `by` is the account, by its owner. */
  | {
      readonly event: 'auth_gate.sessions_ended';
      readonly account: string;
      readonly count: number;
      readonly by: string;
    }
  /** A service signed this account in; `how`: its credential was known, or was linked, or the account is new. */
  | {
      readonly event: 'auth_gate.signed_in_by_service';
      readonly account: string;
      readonly service: string;
      readonly provider: string;
      readonly how: 'known' | 'linked' | 'created';
    }
  /** A refresh token came a second time: the session that it was of is over. */
  | { readonly event: 'auth_gate.refresh_token_reused'; readonly account: string; readonly service: string }
  /**
   * Refusals that have no audit row: an account's in a minute, beyond its first few; `who` null: of accounts that were
   * too many to tell apart.
   */
  | { readonly event: 'auth_gate.refusals_counted'; readonly who: string | null; readonly count: number }
  /**
   * Knocks that were turned away and have no audit row of their own, until their summary was written: `what` is `deferred` or
   * `muted`; `network` null: of networks that were too many to tell apart.
   */
  | {
      readonly event: 'auth_gate.knocks_counted';
      readonly site: string | null;
      readonly what: string;
      readonly network: string | null;
      readonly count: number;
    }
  /** What a channel's peer told of a delivery after it took it: `auth_gate.mail_reported`. */
  | {
      readonly event: `auth_gate.${string}_reported`;
      readonly channel: string;
      /** Null: the mail was none of a request's. */
      readonly request: string | null;
      readonly delivery: string;
      readonly what: 'bounced' | 'delayed' | 'delivered' | 'complained';
      readonly reason: string;
    }
  /** Rows that went, and rows that stay without what was personal, by what they are. Those of which there were none are left out. */
  | {
      readonly event: 'auth_gate.retention';
      readonly removed: Readonly<Record<string, number>>;
      readonly erased: Readonly<Record<string, number>>;
    }
  /** A proxy asks for visitors in a way that lets nobody in; `times` since it was told last. */
  | {
      readonly event: 'auth_gate.proxy_refused';
      readonly why: string;
      readonly peer: string;
      /** What it called the site, or the site that it asked for, where that is what is wrong. */
      readonly name: string;
      readonly times: number;
    }
  /** `by`: the operator who did it. */
  | {
      readonly event: 'auth_gate.channel_paused';
      readonly channel: string;
      readonly error: string;
      readonly by?: string;
    }
  | { readonly event: 'auth_gate.channel_resumed'; readonly channel: string; readonly by?: string }
  /** One of several providers refuses us: its mails go by the others, and one at a time finds out whether it works again. */
  | {
      readonly event: 'auth_gate.provider_paused';
      readonly channel: string;
      readonly provider: string;
      readonly error: string;
    }
  | { readonly event: 'auth_gate.provider_resumed'; readonly channel: string; readonly provider: string };

export interface Events {
  emit(event: GateEvent): void;
}
