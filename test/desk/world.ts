/** A desk over the real SQLite ledger, with a directory that a test may change and an event stream it may read. */
import type { ApproverId, RequestId, SiteKey, Token, VisitorAddress } from '../../src/approval/brand.js';
import type { Actor, ChatUser, RequestRecord } from '../../src/approval/request.js';
import type { Directory } from '../../src/approval/site.js';
import { systemChance, type Chance } from '../../src/base/chance.js';
import { systemClock, type Clock } from '../../src/base/clock.js';
import type { Log } from '../../src/base/log.js';
import { sealer as createSealer, type Sealer } from '../../src/base/sealer.js';
import { Secret } from '../../src/base/secret.js';
import type { Desk, Knock, ProducerKnock, Tap } from '../../src/contract/desk.js';
import type { Claim, Ledger } from '../../src/contract/ledger.js';
import { createDesk } from '../../src/desk/desk.js';
import type { GateEvent } from '../../src/events/events.js';
import { openLedger } from '../../src/ledger/open.js';
import { createSqliteFile } from '../setup/databases.js';
import { approver, directory, producer, site } from './directory.js';
import { silentLog } from './silent-log.js';

export const ANA = 'ana@example.org' as ApproverId;
export const BO = 'bo@example.org' as ApproverId;
export const STG = 'stg.example.org' as SiteKey;
export const DEV = 'dev.example.org' as SiteKey;
export const PUBLIC_URL = 'https://gate.example.org';
export const OPERATOR: Actor = { kind: 'operator', name: 'root' };

export interface World {
  readonly desk: Desk;
  readonly ledger: Ledger;
  readonly sealer: Sealer;
  readonly events: readonly GateEvent[];
  /** What the courier was handed. */
  readonly taken: readonly Claim[];
  directory(): Directory;
  setDirectory(next: Directory): void;
  /** Ids that the next requests get, in this order. */
  setIds(ids: readonly string[]): void;
  close(): Promise<void>;
}

export async function openWorld(
  start: Directory = usualDirectory(),
  { clock = systemClock(), log = silentLog }: { readonly clock?: Clock; readonly log?: Log } = {},
): Promise<World> {
  const database = createSqliteFile();
  const ledger = await openLedger(database.where, { log: silentLog });
  const sealer = createSealer([new Secret('k'.repeat(32))]);
  const events: GateEvent[] = [];
  const taken: Claim[] = [];
  const wantedIds: string[] = [];
  let current = start;
  const desk = createDesk({
    ledger,
    directory: () => current,
    sealer,
    events: { emit: (event) => void events.push(event) },
    chance: chanceWith(wantedIds),
    clock,
    publicUrl: PUBLIC_URL,
    courier: {
      reserve: () => ({
        firstClaims: { slots: { talk: 1 }, leaseMs: 30_000 },
        settle: (claims) => void taken.push(...claims),
      }),
    },
    log,
  });
  return {
    desk,
    ledger,
    sealer,
    events,
    taken,
    directory: () => current,
    setDirectory: (next) => void (current = next),
    setIds: (ids) => void wantedIds.push(...ids),
    async close() {
      await ledger.close();
      await database.remove();
    },
  };
}

/** Two sites, two approvers, a producer that may ask Ana. */
export function usualDirectory(facts: Partial<Parameters<typeof directory>[0]> = {}): Directory {
  return directory({
    sites: [
      site(STG, { approvers: [BO, ANA], notifiers: ['talk', 'email'] as never, domains: [STG, 'www.stg.example.org'] }),
      site(DEV, { approvers: [BO], notifiers: ['talk'] as never, environment: 'dev' }),
    ],
    approvers: [approver(ANA, { talk: 'ana', email: ANA }), approver(BO, { talk: 'bo' })],
    producers: [producer('jet', { approvers: [ANA, BO], callbackUrl: 'https://jet.example.net/outcome' })],
    ...facts,
  });
}

let lastOctets = 0;

/** A visitor nobody has seen yet. */
export function someone(): VisitorAddress {
  lastOctets += 1;
  return `10.9.${String(lastOctets >> 8)}.${String(lastOctets & 255)}` as VisitorAddress;
}

export function knock(facts: Partial<Knock> = {}): Knock {
  return {
    site: STG,
    host: STG,
    path: '/reports?month=5',
    address: someone(),
    country: 'BR',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36',
    ...facts,
  };
}

export function producerKnock(facts: Partial<ProducerKnock> = {}): ProducerKnock {
  return {
    producer: 'jet',
    caller: 'jet/thread 42',
    endpoint: 'talk',
    token: systemChance().hex(16) as Token,
    host: 'app.example.net',
    environment: 'dev',
    address: someone(),
    userAgent: 'curl/8.5.0',
    country: null,
    admin: ANA,
    confirmUrl: null,
    ttlSeconds: 600,
    notifiers: ['talk'] as never,
    ...facts,
  };
}

/** Opens a request that has to open. */
export async function opened(world: World, facts: Partial<Knock> = {}): Promise<RequestRecord> {
  const answer = await world.desk.open(knock(facts));
  if (answer.kind !== 'opened') throw new Error(`expected an opening, got ${answer.kind}`);
  return answer.request;
}

export async function openedForProducer(world: World, facts: Partial<ProducerKnock> = {}): Promise<RequestRecord> {
  const answer = await world.desk.openForProducer(producerKnock(facts));
  if (answer.kind !== 'opened') throw new Error(`expected an opening, got ${answer.kind}`);
  return answer.request;
}

export function as(approverId: ApproverId): Actor {
  return { kind: 'approver', approver: approverId };
}

export function chat(subject: string, channel = 'talk'): ChatUser {
  return { kind: 'chat', channel, workspace: 'home', subject };
}

let lastTap = 0;

/** A call that nobody repeats. */
export function newTapId(): string {
  lastTap += 1;
  return `call-${String(lastTap)}`;
}

export function byId(request: { readonly id: RequestId }) {
  return { by: 'id', id: request.id } as const;
}

/** Ana's approval on the confirm page. */
export function tap(request: { readonly id: RequestId }, id = 'tap-1'): Tap {
  return { id, verdict: 'approve', ref: byId(request), actor: as(ANA), surface: 'page' };
}

/** For tests whose promises are not about the cap. */
export function uncapped(facts: Parameters<typeof usualDirectory>[0] = {}): Directory {
  return usualDirectory({ maxPendingPerApprover: 1_000, ...facts });
}

function chanceWith(wantedIds: string[]): Chance {
  const chance = systemChance();
  return { ...chance, id: () => wantedIds.shift() ?? chance.id() };
}
