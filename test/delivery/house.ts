/** A real ledger with a real desk and as many couriers as a test wants; only the channels are scripted. */
import Database from 'better-sqlite3';
import type { ApproverId, ChannelName, SiteKey, Token, VisitorAddress } from '../../src/approval/brand.js';
import type { RequestRecord } from '../../src/approval/request.js';
import type { Approver, Directory, Producer, Site } from '../../src/approval/site.js';
import { systemChance } from '../../src/base/chance.js';
import { systemClock } from '../../src/base/clock.js';
import { jsonLog } from '../../src/base/log.js';
import { sealer as createSealer, type Sealer } from '../../src/base/sealer.js';
import { Secret } from '../../src/base/secret.js';
import type { Desk } from '../../src/contract/desk.js';
import type { Closing, ClosingOutcome, DeliveryLedger, DeliveryRecord, Ledger } from '../../src/contract/ledger.js';
import { createCourier, type Courier } from '../../src/delivery/courier.js';
import type { Limits } from '../../src/delivery/limits.js';
import { createDesk } from '../../src/desk/desk.js';
import type { Events, GateEvent } from '../../src/events/events.js';
import { openLedger } from '../../src/ledger/open.js';
import { createSqliteFile } from '../setup/databases.js';
import { recorder, type Recorder } from './recorder.js';
import type { ScriptedChannel } from './scripted-channel.js';

export const APPROVER = 'rpm@koder.dev' as ApproverId;
export const HOST = 'stg.example.org';
const PRODUCER = 'jet';
export const WORKSPACE = 'w1';
const CHANNELS = ['talk', 'email', 'webhook', 'slack', 'discord'] as const;

/** A closing as it was written, with what the ledger said of it. */
export interface Written {
  readonly closing: Closing;
  readonly outcome: ClosingOutcome;
}

export interface House {
  readonly ledger: Ledger;
  readonly sealer: Sealer;
  readonly directory: Directory;
  readonly events: Recorder<GateEvent>;
  readonly closings: Recorder<Written>;
  /** Starts a courier; it is stopped with the house. `over` lets a test stand between it and the ledger. */
  courier(channels: Readonly<Record<string, Pick<ScriptedChannel, 'carrier'>>>, wish?: CourierWish): Courier;
  /** A desk that lets this courier claim first attempts; null: everything waits in the queue. */
  desk(courier: Courier | null, over?: Partial<Ledger['requests']>): Desk;
  deliveries(request: RequestRecord): Promise<readonly DeliveryRecord[]>;
  close(): Promise<void>;
}

export interface CourierWish {
  readonly limits?: Partial<Limits>;
  readonly over?: (deliveries: DeliveryLedger) => DeliveryLedger;
  readonly isStarted?: boolean;
}

export async function openHouse(wish: { readonly callbackUrl?: string } = {}): Promise<House> {
  const log = jsonLog('silent', { write: () => undefined });
  const ledger = await sharedLedger();
  const sealer = createSealer([new Secret(Buffer.alloc(32, 7))]);
  const directory = directoryOf(wish.callbackUrl ?? null);
  const [events, closings] = [recorder<GateEvent>(), recorder<Written>()];
  const stream: Events = { emit: (event) => events.add(event) };
  const couriers: Courier[] = [];
  const seams = {
    sealer,
    directory: () => directory,
    publicUrl: 'https://gate.example.org',
    events: stream,
    chance: calmChance(),
    log,
  };

  return {
    ledger,
    sealer,
    directory,
    events,
    closings,
    courier(channels, { limits = {}, over = (deliveries: DeliveryLedger) => deliveries, isStarted = true } = {}) {
      const carriers = new Map(Object.entries(channels).map(([name, { carrier }]) => [name as ChannelName, carrier]));
      const deliveries = over(recording(ledger.deliveries, closings));
      const ofCourier = { deliveries, subscribe: ledger.subscribe.bind(ledger) };
      const courier = createCourier({ ...seams, ledger: ofCourier, carriers, clock: systemClock(), limits });
      couriers.push(courier);
      if (isStarted) courier.start();
      return courier;
    },
    desk: (courier, over = {}) =>
      createDesk({
        ...seams,
        ledger: { ...ledger, requests: { ...ledger.requests, ...over } },
        courier,
        clock: systemClock(),
      }),
    deliveries: (request) => ledger.deliveries.ofRequest(request.id),
    async close() {
      await Promise.all(couriers.map((courier) => courier.stop()));
      wipe();
    },
  };
}

const database = createSqliteFile();
let opened: Promise<Ledger> | null = null;

/** One ledger a test file: opening one takes longer than most tests. Every house leaves it empty. */
function sharedLedger(): Promise<Ledger> {
  opened ??= openLedger(database.where, { log: jsonLog('silent', { write: () => undefined }) });
  return opened;
}

/** For `afterAll`. */
export async function closeLedger(): Promise<void> {
  await (await opened)?.close();
  await database.remove();
}

function wipe(): void {
  const file = new Database(database.where.file);
  file.pragma('foreign_keys = OFF');
  file.exec(
    ['attempts', 'deliveries', 'pauses', 'asked', 'slots', 'grants', 'requests']
      .map((table) => `DELETE FROM ${table};`)
      .join(''),
  );
  file.close();
}

/** Opens a request on these channels, as a producer whose token the test knows. */
export async function ask(
  desk: Desk,
  wish: { readonly channels: readonly string[]; readonly ttlSeconds?: number; readonly admin?: ApproverId },
): Promise<{ readonly request: RequestRecord; readonly token: Token }> {
  const token = systemChance().hex(16) as Token;
  const answer = await desk.openForProducer({
    producer: PRODUCER,
    caller: PRODUCER,
    endpoint: 'test',
    token,
    host: HOST,
    environment: 'stg',
    address: '192.0.2.7' as VisitorAddress,
    userAgent: 'Mozilla/5.0',
    country: null,
    admin: wish.admin ?? APPROVER,
    confirmUrl: null,
    ttlSeconds: wish.ttlSeconds ?? 600,
    notifiers: wish.channels as readonly ChannelName[],
  });
  if (answer.kind !== 'opened') throw new Error(`not opened: ${answer.kind}`);
  return { request: answer.request, token };
}

export async function approve(desk: Desk, token: Token): Promise<void> {
  const answer = await desk.decide({
    id: systemChance().id(),
    verdict: 'approve',
    ref: { by: 'token', token },
    actor: { kind: 'approver', approver: APPROVER },
    surface: 'page',
  });
  if (answer.kind !== 'decided') throw new Error(`not decided: ${answer.kind}`);
}

/** Waits without jitter, so that a test knows them. */
function calmChance(): ReturnType<typeof systemChance> {
  return { ...systemChance(), fraction: () => 0 };
}

function recording(deliveries: DeliveryLedger, written: Recorder<Written>): DeliveryLedger {
  return {
    ...deliveries,
    async close(closings) {
      const outcomes = await deliveries.close(closings);
      for (const closing of closings) {
        const outcome = outcomes.find(({ deliveryId }) => deliveryId === closing.deliveryId);
        if (outcome !== undefined) written.add({ closing, outcome });
      }
      return outcomes;
    },
  };
}

/** Where names mean somebody in a workspace alone, the address says which. */
function addressOn(channel: string): string {
  return channel === 'talk' || channel === 'slack' ? `${WORKSPACE}:${channel}-rpm` : `${channel}-rpm`;
}

function directoryOf(callbackUrl: string | null): Directory {
  const channels = CHANNELS as readonly string[] as readonly ChannelName[];
  const approver: Approver = { id: APPROVER, addresses: new Map(channels.map((name) => [name, addressOn(name)])) };
  const site: Site = {
    key: HOST as SiteKey,
    domains: [HOST],
    environment: 'stg',
    isGated: true,
    approvers: [APPROVER],
    notifiers: channels,
    grantTtlSeconds: 604_800,
    requestTtlSeconds: 600,
    geofence: null,
    permanentNetworks: [],
    confirmEndpoint: 'https://gate.example.org/req',
    consumers: new Map(),
    channelPolicies: new Map(),
  };
  const producer: Producer = {
    name: PRODUCER,
    hosts: [HOST],
    approvers: [APPROVER],
    notifiers: null,
    confirm: 'ours',
    callbackUrl,
  };
  return {
    sites: [site],
    approvers: new Map([[APPROVER, approver]]),
    producers: new Map([[PRODUCER, producer]]),
    windowScope: 'all',
    windowSeconds: 600,
    maxPendingPerApprover: 100,
    siteOf: (host) => (host === HOST ? site : undefined),
  };
}
