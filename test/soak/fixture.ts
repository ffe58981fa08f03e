/** What a soak takes place in: fakes behind fronts, a database, and one `gate serve` on it as it is delivered. */
import { Agent } from 'node:http';
import { join } from 'node:path';
import type { DatabaseTruth } from '../faults/fixture.js';
import type { ActGate } from '../faults/people.js';
import { openPeers, type Peers } from '../faults/peers.js';
import { randomOf } from '../faults/random.js';
import { removeData, startGate, type GateProcess } from '../fixtures/processes/gate-process.js';
import type { ReadMail } from '../fakes/read-mail.js';
import type { SmtpBehaviour } from '../fakes/smtp.js';
import { createDatabase, type DatabaseKind } from '../fixtures/databases/databases.js';
import { PROBED } from './examination.js';
import { placesFor, sitesText, type Place } from './sites.js';
import type { Size } from './sizes.js';

export interface SoakFixture {
  readonly gate: GateProcess;
  /** The same, as the people of the faults know a gate. */
  readonly actGate: ActGate;
  /** Kept, as a proxy, a platform and a producer keep theirs. */
  readonly connections: Agent;
  readonly peers: Peers;
  readonly places: readonly [Place, ...Place[]];
  readonly database: DatabaseTruth;
  /** How many mails came to grief so far, by what became of them. */
  readonly mailFaults: ReadonlyMap<string, number>;
  /** From now on so many of all calls and mails go wrong. */
  trouble(faultRate: number): void;
  close(): Promise<void>;
}

export interface FixtureInput extends Size {
  readonly seed: string;
  readonly database: DatabaseKind;
}

const MAIL_FATES: readonly [SmtpBehaviour, ...SmtpBehaviour[]] = [
  'message_refused',
  'busy',
  'closing',
  'hang',
  'reset_before_body',
  'reset_after_body',
  'garbage_after_body',
];
/** What is late is late by about so much: less than an attempt may take. */
const SLOW_MS = 2_000;
const FAR_MORE_THAN_FAIL = '100000';
const SECOND_MS = 1_000;

export async function openFixture(input: FixtureInput): Promise<SoakFixture> {
  const places = placesFor((input.requestsPerSecond * input.loadMs) / SECOND_MS);
  const mails = mailFaults(input.seed);
  const peers = await openPeers({
    seed: input.seed,
    faultRate: 0,
    slowMs: SLOW_MS,
    slackUsers: places.map(({ slackUser }) => slackUser),
    more: ['hang', 'no'],
    mailTrouble: { fate: mails.next, kept: named },
    hasDiscord: true,
  });
  const made = await createDatabase(input.database);
  const { where } = made;
  const databaseUrl = where.kind === 'postgres' ? where.url.revealText() : null;
  const connections = new Agent({ keepAlive: true });
  const gate = await begin(input, { places, environment: peers.environment, databaseUrl });
  return {
    gate,
    actGate: asActGate(gate),
    connections,
    peers,
    places,
    database:
      databaseUrl === null
        ? { kind: 'sqlite', file: join(gate.dataDir, 'gate.sqlite') }
        : { kind: 'postgres', url: databaseUrl },
    mailFaults: mails.counts,
    trouble(faultRate) {
      mails.trouble(faultRate);
      for (const faults of peers.faults.values()) faults.trouble(faultRate);
    },
    async close() {
      connections.destroy();
      await gate.kill();
      removeData(gate.dataDir);
      await peers.close();
      await made.remove();
    },
  };
}

function begin(
  { requestTtlSeconds }: FixtureInput,
  around: {
    readonly places: readonly Place[];
    readonly environment: Peers['environment'];
    readonly databaseUrl: string | null;
  },
): Promise<GateProcess> {
  const { CALLBACK_URL: callbackUrl = '', ...environment } = around.environment;
  return startGate({
    sites: sitesText(around.places, { requestTtlSeconds, callbackUrl }),
    environment: {
      ...environment,
      ...(around.databaseUrl === null ? {} : { DATABASE_URL: around.databaseUrl }),
      RECEIVER_FAILURES_PER_MINUTE: FAR_MORE_THAN_FAIL,
      LOG_LEVEL: 'warn',
    },
    nodeArguments: PROBED,
  });
}

function asActGate(gate: GateProcess): ActGate {
  return {
    name: 'the gate',
    ports: gate.ports,
    wasAwry: () => false,
    async admin({ path, body }) {
      const { status, json } = await gate.admin(path, body);
      return { status, text: JSON.stringify(json) };
    },
  };
}

function mailFaults(seed: string) {
  const random = randomOf(seed, 'fates of', 'mails');
  const counts = new Map<string, number>();
  let faultRate = 0;
  return {
    counts,
    trouble: (rate: number) => void (faultRate = rate),
    next: (): SmtpBehaviour => {
      if (!random.happens(faultRate)) return 'normal';
      const fate = random.pick(MAIL_FATES);
      counts.set(fate, (counts.get(fate) ?? 0) + 1);
      return fate;
    },
  };
}

/** Of thousands of mails: what each is known by, and where it leads. */
function named({ messageId, to, subject, textPart, links }: ReadMail): ReadMail {
  return { messageId, to, subject, textPart, links, headers: new Map(), htmlPart: '', words: '', structure: '' };
}
