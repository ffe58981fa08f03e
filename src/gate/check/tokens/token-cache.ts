/**
 * The live site tokens, by their hashes: a guess costs a digest and a look-up, and never a call to the database. They are
 * read again when a process says that one was made or revoked, and every few seconds, because such a hint can be lost. From
 * the hint to the end of the reading, and where readings fail, a token that is known is confirmed in the database. Where that
 * cannot answer either, it passes until `staleMaxSeconds` after the beginning of the last reading that succeeded.
 */
import type { Site } from '../../../approval/site.js';
import type { Clock } from '../../../base/time/clock.js';
import { createLatestTimer } from '../../../base/time/latest-timer.js';
import type { Change, Ledger, LiveSiteToken } from '../../../contract/ledger.js';
import { createHearing, type Hearing } from '../../grants/hearing.js';
import { siteTokenHash } from './site-token.js';

export interface TokenCache {
  /** Null: no token that lives and is of this site, or of the pattern that it fits, as far as is remembered. */
  find(token: string, site: Pick<Site, 'key' | 'pattern'>): FoundToken | null;
  /** Asks the database. `unavailable`: it could not answer. */
  confirm(token: FoundToken): Promise<'lives' | 'none' | 'unavailable'>;
  /** Whether known tokens may pass although the database cannot be asked. */
  mayPassStale(): boolean;
  /** Notes a use, so that an operator sees which tokens are still needed: once an hour, and nobody waits for it. */
  noteUse(token: FoundToken): void;
  /** Reads once, whether it succeeds or not, and goes on by itself. */
  start(): Promise<void>;
  stop(): void;
}

export interface FoundToken {
  readonly id: string;
  readonly hash: string;
  /** Whether it may pass without the database being asked. */
  readonly isBelieved: boolean;
}

export interface TokenCacheDeps {
  readonly ledger: Pick<Ledger, 'subscribe'> & {
    readonly serviceTokens: Pick<Ledger['serviceTokens'], 'liveAtSites' | 'useAtSite'>;
  };
  readonly staleMaxSeconds: number;
  readonly clock: Clock;
}

/** How long a revocation can go unnoticed where its hint is lost. */
export const READ_EVERY_MS = 5_000;
const RETRY_MS = 1_000;
/** With a short `staleMaxSeconds` they are read twice within that time, but never more often than this. */
const MIN_READ_EVERY_MS = 250;
/** A reading that is older than this was to be followed by another one: something is wrong. */
const BELIEVED_MS = 2 * READ_EVERY_MS;
const MS = 1_000;
const ANSWER_TIMEOUT_MS = 2_000;
const NOTED_EVERY_MS = 3_600_000;

export function tokenCache({ ledger, staleMaxSeconds, clock }: TokenCacheDeps): TokenCache {
  const staleMaxMs = staleMaxSeconds * MS;
  const readEveryMs = Math.min(Math.max(staleMaxMs / 2, MIN_READ_EVERY_MS), READ_EVERY_MS);
  const believedMs = Math.min(BELIEVED_MS, staleMaxMs);
  const hearing = createHearing(clock, () => undefined);
  let byHash: ReadonlyMap<string, LiveSiteToken> = new Map();
  const uses = notedUses({ ledger, clock });
  /** What to add to our monotonic clock to get the database's. */
  let databaseAheadMs = 0;
  let readAtMs = -Infinity;
  let changes = 0;
  let changesRead = 0;
  let isReading = false;
  const timer = createLatestTimer(clock, () => void read());

  const read = async (): Promise<void> => {
    isReading = true;
    const [startedMs, changesBefore] = [clock.monotonicMs(), changes];
    const answer = await hearing.ask(() => ledger.serviceTokens.liveAtSites(), ANSWER_TIMEOUT_MS);
    isReading = false;
    if (answer !== null) {
      byHash = new Map(answer.tokens.map((token) => [token.hash, token]));
      uses.keepOnly(answer.tokens);
      databaseAheadMs = answer.nowMs - startedMs;
      readAtMs = startedMs;
      changesRead = changesBefore;
    }
    timer.setIn(answer === null ? RETRY_MS : changesRead === changes ? readEveryMs : 0);
  };
  const listen = (change: Change): void => {
    if (change.kind !== 'site_tokens' && change.kind !== 'regained') return;
    changes += 1;
    if (!isReading) timer.setIn(0);
  };

  return {
    find(token, site) {
      if (byHash.size === 0) return null;
      const found = byHash.get(siteTokenHash(token));
      const nowMs = clock.monotonicMs();
      if (found === undefined || (found.site !== site.key && found.site !== site.pattern)) return null;
      if (found.untilMs <= nowMs + databaseAheadMs) return null;
      const isBelieved = changesRead === changes && nowMs - readAtMs <= believedMs;
      return { id: found.id, hash: found.hash, isBelieved };
    },
    confirm: (token) => confirmed(token, { ledger, hearing }),
    mayPassStale: () => clock.monotonicMs() - readAtMs <= staleMaxMs,
    noteUse: (token) => uses.note(token),
    async start() {
      ledger.subscribe(listen);
      await read();
    },
    stop: timer.stop,
  };
}

async function confirmed(
  { hash }: FoundToken,
  { ledger, hearing }: Pick<TokenCacheDeps, 'ledger'> & { readonly hearing: Hearing },
): Promise<'lives' | 'none' | 'unavailable'> {
  // while the database is silent nobody waits for it: one question a second finds out whether it is back
  if (hearing.isSilentFor(RETRY_MS)) return 'unavailable';
  const ask = async (): Promise<{ lives: boolean }> => ({
    lives: (await ledger.serviceTokens.useAtSite(hash)) !== null,
  });
  const answer = await hearing.ask(ask, ANSWER_TIMEOUT_MS);
  if (answer === null) return 'unavailable';
  return answer.lives ? 'lives' : 'none';
}

/** Writes the uses of each token, once an hour. */
function notedUses({ ledger, clock }: Pick<TokenCacheDeps, 'ledger' | 'clock'>) {
  const notedAtMs = new Map<string, number>();
  return {
    note({ id, hash }: FoundToken): void {
      const nowMs = clock.monotonicMs();
      if (nowMs - (notedAtMs.get(id) ?? -Infinity) < NOTED_EVERY_MS) return;
      notedAtMs.set(id, nowMs);
      ledger.serviceTokens.useAtSite(hash).catch(() => notedAtMs.delete(id));
    },
    /** Forgets tokens that no longer live. */
    keepOnly(tokens: readonly Pick<LiveSiteToken, 'id'>[]): void {
      const known = new Set(tokens.map(({ id }) => id));
      for (const id of notedAtMs.keys()) if (!known.has(id)) notedAtMs.delete(id);
    },
  };
}
