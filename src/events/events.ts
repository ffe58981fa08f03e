/** The event stream: one JSON line an event, by the RFC's names (section 11) and ours. Tokens are cut to 8 digits. */
import type { Clock } from '../base/clock.js';
import { deprecatedTwin } from './deprecated-twins.js';

interface About {
  readonly host: string;
  /** The token's first 8 digits. */
  readonly token: string;
}

export type GateEvent =
  | ({ readonly event: 'auth_gate.notifier_sent'; readonly channel: string } & About)
  | ({
      readonly event: 'auth_gate.notifier_failed';
      readonly channel: string;
      readonly error: string;
      readonly attempt: number;
    } & About)
  | ({ readonly event: 'auth_gate.all_notifiers_failed' } & About)
  /** A card was deleted or can be edited no more: a follow-up tells how the request stands. */
  | ({ readonly event: 'auth_gate.card_lost'; readonly channel: string; readonly error: string } & About)
  | ({ readonly event: 'auth_gate.follow_up_sent'; readonly channel: string } & About)
  /** Deprecated twins of the e-mail channel's events, kept for existing dashboards. */
  | ({ readonly event: 'auth_gate.email_sent' } & About)
  | ({ readonly event: 'auth_gate.email_skipped'; readonly error: string } & About)
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
  /** Refusals that have no audit row: an account's in a minute, beyond its first few; `who` null: of accounts that were too many to tell apart. */
  | { readonly event: 'auth_gate.refusals_counted'; readonly who: string | null; readonly count: number }
  /** What a mail system told of a mail; `delivery` is in its Message-ID. */
  | {
      readonly event: 'auth_gate.mail_reported';
      readonly channel: string;
      readonly request: string;
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
  | { readonly event: 'auth_gate.channel_paused'; readonly channel: string; readonly error: string }
  | { readonly event: 'auth_gate.channel_resumed'; readonly channel: string };

export interface Events {
  emit(event: GateEvent): void;
}

/** All of a token that leaves the process in an event. */
const TOKEN_DIGITS = 8;

/** Writes `{"time":"…","event":"…",…}` lines; a deprecated twin follows its event. */
export function eventStream(clock: Clock, out: { write(line: string): void }): Events {
  function write(event: GateEvent): void {
    const line = { time: new Date(clock.nowMs()).toISOString(), ...event };
    if ('token' in line) line.token = line.token.slice(0, TOKEN_DIGITS);
    out.write(`${JSON.stringify(line)}\n`);
  }
  return {
    emit(event) {
      write(event);
      const twin = deprecatedTwin(event);
      if (twin !== null) write(twin);
    },
  };
}
