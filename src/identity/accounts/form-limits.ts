/**
 * How often those forms are taken that change how somebody gets in: by the account that posts them, and by the network that they come
 * from. Counted in the database, for all processes, in windows that begin with the first.
 */
import type { AccountId } from '../../approval/brand.js';
import type { IdentityLedger } from '../../contract/identity-ledger.js';

interface FormOf {
  readonly account: AccountId;
  /** Null: not counted. Whoever has rights here is not kept from their own forms by strangers who share a network with them. */
  readonly network: string | null;
}

interface FormLimit {
  /** Counts one. False: it is one too many, and nothing is to be done. Rejects with `LedgerUnavailable` when the database cannot answer. */
  take(by: FormOf): Promise<boolean>;
}

export interface FormLimits {
  /** Typed codes of `/gate link`. */
  readonly linkCodes: FormLimit;
  /** Adding and naming what somebody signs in by themselves, and what they recover by. Removing it is always open. */
  readonly ownWays: FormLimit;
  /** Resetting another person, by an operator in a browser. */
  readonly resets: FormLimit;
}

/**
 * A link code has 50 random bits and lives for 10 minutes. With 10 attempts in such a window for each approver, a hundred approvers who
 * all guess day and night at a thousand codes that are alive at once try 1,000 times in one, and hit over a year with
 * 52,560 × 1,000 × 1,000 / 2^50, less than 1 in 20,000. Around the end of a window twice as many fit, which the next one lacks. Counted by
 * approver and not by session, so that signing in again buys nothing.
 */
export const MAX_LINK_CODES_OF_AN_ACCOUNT = 10;
const MAX_LINK_CODES_OF_ONE_NETWORK = 100;
export const LINK_CODES_WINDOW_SECONDS = 600;

/** More than anybody sets up in an hour. */
export const MAX_CHANGES_OF_AN_ACCOUNT = 60;
/** Of accounts without rights, which anybody may have. Offices share a network. */
export const MAX_CHANGES_OF_ONE_NETWORK = 300;

export const MAX_RESETS_OF_AN_OPERATOR = 20;
const MAX_RESETS_OF_ONE_NETWORK = 60;

export function createFormLimits(ledger: Pick<IdentityLedger, 'takeAttempt'>): FormLimits {
  return {
    linkCodes: formLimit(ledger, 'link code', {
      ofAccount: MAX_LINK_CODES_OF_AN_ACCOUNT,
      ofNetwork: MAX_LINK_CODES_OF_ONE_NETWORK,
      windowSeconds: LINK_CODES_WINDOW_SECONDS,
    }),
    ownWays: formLimit(ledger, 'change of ways', {
      ofAccount: MAX_CHANGES_OF_AN_ACCOUNT,
      ofNetwork: MAX_CHANGES_OF_ONE_NETWORK,
      windowSeconds: 3_600,
    }),
    resets: formLimit(ledger, 'reset', {
      ofAccount: MAX_RESETS_OF_AN_OPERATOR,
      ofNetwork: MAX_RESETS_OF_ONE_NETWORK,
      windowSeconds: 3_600,
    }),
  };
}

interface Bounds {
  readonly ofAccount: number;
  readonly ofNetwork: number;
  readonly windowSeconds: number;
}

function formLimit(
  ledger: Pick<IdentityLedger, 'takeAttempt'>,
  what: string,
  { ofAccount, ofNetwork, windowSeconds }: Bounds,
): FormLimit {
  return {
    // the account first: what it tries beyond its own bound takes nothing from its network
    take: async ({ account, network }) =>
      (await ledger.takeAttempt({ key: `${what} by ${account}`, max: ofAccount, windowSeconds })) &&
      (network === null ||
        (await ledger.takeAttempt({ key: `${what} from ${network}`, max: ofNetwork, windowSeconds }))),
  };
}
