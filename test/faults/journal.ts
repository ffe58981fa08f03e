/**
 * What the people of an episode were told by the gate. Only an answer counts: what was asked for and never answered may
 * have happened or not, and nobody may complain about either.
 */

export type Verdict = 'approve' | 'deny';

/** A request that was answered with "it is open". */
interface AcknowledgedRequest {
  readonly by: 'producer' | 'visitor';
  /** Null for a visitor, whose page does not show the token. */
  readonly token: string | null;
  readonly address: string;
  /** Whom a producer named. */
  readonly admin: string | null;
}

export interface AnsweredTap {
  readonly token: string;
  readonly tapId: string;
  readonly user: string;
  readonly verdict: Verdict;
  readonly told: 'decided' | 'already' | 'expired' | 'nothing_changed' | 'other';
  readonly text: string;
}

/** The last answered command about an address; `uncertain` when one after it was not answered. */
type Commanded = 'granted' | 'revoked' | 'uncertain';

export interface Journal {
  readonly requests: readonly AcknowledgedRequest[];
  readonly taps: readonly AnsweredTap[];
  readonly commanded: ReadonlyMap<string, Commanded>;
  /** Answers that no people should ever get: errors of ours, refusals of what is right. */
  readonly unexpected: readonly string[];
  /** Calls that got no whole answer. */
  readonly unanswered: number;
  /** Answers that nothing was done and that it should be tried again. */
  readonly putOff: readonly string[];
}

export interface OpenJournal extends Journal {
  opened(request: AcknowledgedRequest): void;
  tapped(tap: AnsweredTap): void;
  command(address: string, how: Commanded): void;
  surprise(what: string): void;
  silence(): void;
  delay(what: string): void;
}

export function openJournal(): OpenJournal {
  const requests: AcknowledgedRequest[] = [];
  const taps: AnsweredTap[] = [];
  const commanded = new Map<string, Commanded>();
  const unexpected: string[] = [];
  let unanswered = 0;
  const putOff: string[] = [];
  return {
    requests,
    taps,
    commanded,
    unexpected,
    putOff,
    get unanswered() {
      return unanswered;
    },
    opened: (request) => void requests.push(request),
    tapped: (tap) => void taps.push(tap),
    command: (address, how) => void commanded.set(address, how),
    surprise: (what) => void unexpected.push(what),
    silence: () => void (unanswered += 1),
    delay: (what) => void putOff.push(what),
  };
}
