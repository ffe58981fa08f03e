/**
 * Sign-ins that were refused, as the audit and the event stream have them: in each 15 minutes the first of each reason, account, provider,
 * network and service, up to a few, and then summaries with a count. Nothing that was typed is here, and no text of a provider's.
 */
import { countedTogether } from '../../base/time/counted-together.js';
import type { Clock } from '../../base/time/clock.js';
import type { Log } from '../../base/process/log.js';
import { safeStack } from '../../base/process/safe-stack.js';
import type { AuditLedger } from '../../contract/audit-ledger.js';
import type { IdentityEvent, SignInRefusedReason } from '../../contract/identity-event.js';

export const REFUSED_TOGETHER_MS = 900_000;
export const REFUSED_FIRSTS = 20;
export const REFUSED_SUMMARIES = 20;
/** Of more kinds than these at once only the sum of each reason is kept. */
const MAX_COUNTED = 2_000;

export interface RefusedSignIn {
  readonly reason: SignInRefusedReason;
  /** Whose sign-in it would have been, where a first proof said so; null: anybody's. */
  readonly account: string | null;
  /** As sites.toml names it; null: none was asked. */
  readonly provider: string | null;
  /** Where from, as it is counted; null: of many. */
  readonly network: string | null;
  /** The service that asked; null: none that is known, or many. Absent: a browser did. */
  readonly service?: string | null;
}

export interface RefusedSignIns {
  /** Answers at once; what is written is written behind it. */
  note(refused: RefusedSignIn): void;
  /** Writes what was counted so far, for the last time. */
  settle(): Promise<void>;
}

export interface RefusedSignInsDeps {
  readonly audit: Pick<AuditLedger, 'add'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Pick<Log, 'warn'>;
  readonly onEvent: (event: IdentityEvent) => void;
}

export function createRefusedSignIns({ audit, clock, log, onEvent }: RefusedSignInsDeps): RefusedSignIns {
  const underWay = new Set<Promise<void>>();

  async function tell(refused: RefusedSignIn, count: number): Promise<boolean> {
    try {
      await audit.add(entryOf(refused, count), null);
    } catch (error) {
      log.warn('refused sign-ins are not written yet', { error: safeStack(error) });
      return false;
    }
    onEvent({ event: 'auth_gate.sign_in_refused', ...refused, count });
    return true;
  }

  const counted = countedTogether<RefusedSignIn>({
    clock,
    windowMs: REFUSED_TOGETHER_MS,
    maxFirsts: REFUSED_FIRSTS,
    maxSummaries: REFUSED_SUMMARIES,
    maxKinds: MAX_COUNTED,
    keyOf: ({ reason, account, provider, network, service }) =>
      JSON.stringify([reason, account, provider, network, service === undefined ? [] : [service]]),
    restOf: ({ reason, service }) => ({
      reason,
      account: null,
      provider: null,
      network: null,
      ...(service === undefined ? {} : { service: null }),
    }),
    tell,
  });

  async function tellFirst(refused: RefusedSignIn): Promise<void> {
    if (!(await tell(refused, 1))) counted.count(refused, 1);
  }

  return {
    note(refused) {
      if (!counted.take(refused)) return;
      const telling = tellFirst(refused).finally(() => underWay.delete(telling));
      underWay.add(telling);
    },
    async settle() {
      await Promise.all(underWay);
      await counted.settle();
    },
  };
}

function entryOf({ reason, account, provider, network, service }: RefusedSignIn, count: number) {
  const asked = { ...(provider === null ? {} : { provider }), ...(service == null ? {} : { service }) };
  return {
    who: account ?? 'visitor',
    what: 'sign_in_refused',
    surface: service === undefined ? 'page' : 'service',
    site: null,
    address: network,
    detail: { reason, ...asked, count },
  };
}
