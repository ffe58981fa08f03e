/** Evidence of an episode in which every promise was kept: one request, asked over Talk, approved, told to its producer. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { sha256Hex } from '../../../src/base/crypto/digest.js';
import type { AuditTableRow } from '../../../src/ledger/tables/audit.js';
import type { AttemptRow, DeliveryRow } from '../../../src/ledger/tables/deliveries.js';
import type { GrantRow } from '../../../src/ledger/tables/grants.js';
import type { RequestRow } from '../../../src/ledger/tables/requests.js';
import type { TakenMessage } from '../../fakes/consumer.js';
import type { Fakes } from '../peers.js';
import { ADA, CALLBACK_PATH } from '../sites.js';
import type { Evidence } from './evidence.js';

const TOKEN = '00112233445566778899aabbccddeeff';
const ADDRESS = '198.18.0.1';
export const OPERATED = '198.18.0.2';
const SITE = 'stg';
const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;

export const REQUEST = {
  id: 'r1',
  token_hash: sha256Hex(TOKEN),
  producer: 'jet',
  site: SITE,
  address: ADDRESS,
  callback: '{}',
  revision: 2,
  outcome: 'approved',
  decided_by: ADA,
  decided_over: 'talk',
  granted_until: NOW + HOUR,
  tap_id: 'talk:tap1',
  revoked_at: null,
} as RequestRow;

export const CARD = {
  id: 'd1',
  request_id: 'r1',
  channel: 'talk',
  kind: 'card',
  state: 'sent',
  due_at: null,
  give_up_at: NOW + HOUR,
  receipt: '{}',
  drawn_revision: 2,
  last_reason: null,
  is_maybe_duplicate: 0,
} as DeliveryRow;

const CALLBACK = { ...CARD, id: 'c1', channel: 'webhook', kind: 'callback' } as DeliveryRow;

export const ATTEMPT = {
  id: 1,
  delivery_id: 'd1',
  task: 'update',
  attempt: 1,
  ended_at: NOW,
  outcome: 'sent',
} as AttemptRow;

/** An entry about the request. */
export function audited(id: number, what: string, who: string = ADA): AuditTableRow {
  return { id, what, who, request_id: 'r1' } as AuditTableRow;
}

export const AUDIT = [audited(1, 'opened', 'jet'), audited(2, 'decided'), audited(3, 'granted')];

function grantOf(id: number, address: string): GrantRow {
  return { id, site: SITE, address, until: NOW + HOUR, revoked_at: null } as GrantRow;
}

export const DECIDED = { event: 'auth_gate.decided', request: 'r1', outcome: 'approved', by: ADA } as const;

/** `folder`: where what Talk shows is kept. */
export function keptPromises(folder: string): Evidence {
  return {
    journal: {
      requests: [{ by: 'producer', token: TOKEN, address: ADDRESS, admin: ADA }],
      taps: [{ token: TOKEN, tapId: 'tap1', user: ADA, verdict: 'approve', told: 'decided', text: 'Approved.' }],
      commanded: new Map([[OPERATED, 'granted']]),
      unexpected: [],
      unanswered: 0,
      putOff: [],
    },
    rows: {
      requests: [REQUEST],
      deliveries: [CARD, CALLBACK],
      attempts: [ATTEMPT, { ...ATTEMPT, id: 2, delivery_id: 'c1' }],
      grants: [grantOf(1, ADDRESS), grantOf(2, OPERATED)],
      audit: AUDIT,
      slots: [],
    },
    fakes: fakesThatShow(folder, [{ key: 'd1', verbs: [] }]),
    gates: [{ name: 'gate 1', unbidden: [], events: [DECIDED], errors: [] }],
    suffered: { kills: 1, stalls: 0, crashes: 0, isMachineBusy: false, broken: [] },
    trail: JSON.stringify({ isWhole: true, sealed: 3, unsealed: { count: 0 }, problems: [] }),
    listedByDoctor: [0],
    letsIn: new Map([ADDRESS, OPERATED].map((address) => [address, [true]])),
    cap: 10,
    hasOutages: false,
  };
}

/** What Talk shows, by the keys of its messages and the verbs of their buttons; and the callback, told as it is. */
export function fakesThatShow(
  folder: string,
  messages: readonly { readonly key: string; readonly verbs: readonly string[] }[],
  outcome = 'approved',
): Fakes {
  const talkFile = join(
    folder,
    `${String(messages.length)}-${outcome}-${messages.flatMap(({ verbs }) => verbs).join('-')}.sqlite`,
  );
  const store = new Database(talkFile);
  store.exec('CREATE TABLE IF NOT EXISTS message (key TEXT, card TEXT)');
  for (const { key, verbs } of messages) store.prepare('INSERT INTO message VALUES (?, ?)').run(key, cardWith(verbs));
  store.close();
  const told = { headers: { 'webhook-id': 'c1' }, json: { status: outcome } } as unknown as TakenMessage;
  const others = {
    slack: { state: { messages: [] } },
    smtp: { mails: () => [] },
    callbacks: { taken: (path: string) => (path === CALLBACK_PATH ? [told] : []) },
    discord: null,
  };
  return { ...others, talkFile } as unknown as Fakes;
}

function cardWith(verbs: readonly string[]): string {
  const actions = verbs.map((verb) => ({ type: 'Action.Execute', title: verb, verb }));
  return JSON.stringify({ type: 'AdaptiveCard', version: '1.5', body: [], actions });
}
