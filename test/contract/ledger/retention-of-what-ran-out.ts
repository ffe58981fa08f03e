/** The promise that what ran out goes, of every kind. */
import { expect } from '@jest/globals';
import type { SiteKey } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { Sweep } from '../../../src/contract/ledger.js';
import type { LedgerCase, LedgerStage } from './case.js';
import { grantedOn, newAddress, opened } from './inputs.js';
import { countOf, keepsAll, swept, total } from './sweeps.js';

const random = systemRandom();

interface Over {
  readonly what: Sweep;
  readonly table: string;
  /** What the sweep calls them. */
  readonly name: string;
  /** Makes one that is over and one that lives; answers conditions that find them. */
  readonly make: (stage: LedgerStage) => Promise<{ readonly over: string; readonly living: string }>;
}

const FAR_MS = 4_000_000_000_000;

/** The first column names the row, the last says until when; `rest` is what lies between. */
function timed(table: string, columns: string, rest: (name: string) => string = () => ''): Over['make'] {
  const [first = ''] = columns.split(', ');
  return async ({ change }) => {
    const key = random.id();
    const [over, living] = [`over-${key}`, `live-${key}`];
    await change(`INSERT INTO ${table} (${columns}) VALUES ('${over}', ${rest(over)}1)`);
    await change(`INSERT INTO ${table} (${columns}) VALUES ('${living}', ${rest(living)}${String(FAR_MS)})`);
    return { over: `${first} = '${over}'`, living: `${first} = '${living}'` };
  };
}

/** Of a table that has a sweep of its name. */
function ownSweep(table: Sweep, columns: string, rest?: (name: string) => string): Over {
  return { what: table, table, name: table, make: timed(table, columns, rest) };
}

function rollupsOf(resolution: 'minute' | 'hour' | 'day'): Over {
  const make = timed(
    'rollups',
    'dims, resolution, name, bucket, n, at',
    () => `'${resolution}', 'checks_total', 0, 1, `,
  );
  return { what: `rollup_${resolution}s`, table: 'rollups', name: 'rollups', make };
}

const OVER: readonly Over[] = [
  ownSweep('windows', 'key, request_id, until', () => `'r', `),
  ownSweep('replays', 'key, until'),
  ownSweep('suppressions', 'address, reason, set_by, since_at, until', () => `'by_hand', 'operator:x', 1, `),
  ownSweep('mutes', 'site, address, muted_by, until', () => `'', 'eva', `),
  ownSweep('link_codes', 'hash, channel, workspace, subject, until', (name) => `'talk', 'w', '${name}', `),
  ownSweep('sign_in_links', 'hash, approver, until', () => `'eva', `),
  ownSweep(
    'mailed_links',
    'hash, approver, browser, mailbox, asked_at, address, asked_by, tries, until',
    () => `'eva', 'b', 'm', 1, '192.0.2.1', 'Firefox', 0, `,
  ),
  ownSweep('enrolments', 'account, hash, until', (name) => `'h-${name}', `),
  ownSweep('challenges', 'hash, kind, holder, tries, until', () => `'k', 'h', 0, `),
  ownSweep('access_tokens', 'hash, session, until', () => `'s', `),
  ownSweep('sign_in_states', 'hash, provider, browser, until', () => `'koder', 'b', `),
  ownSweep('attempt_windows', 'key, n, until', () => '1, '),
  ownSweep('sessions', 'hash, approver, csrf_key, until', () => `'eva', 'k', `),
  ownSweep('handoffs', 'state_hash, origin, challenge, back, until', () => `'https://a.example', 'c', '/', `),
  ownSweep(
    'handed_out',
    'hash, origin, account, session, csrf_key, created_at, until',
    () => `'https://a.example', 'eva', 's', 'k', 1, `,
  ),
  {
    what: 'grants_over',
    table: 'grants',
    name: 'grants',
    make: timed('grants', 'site, address, granted_by, granted_at, until', () => `'192.0.2.1', 'eva', 1, `),
  },
  {
    what: 'grants_revoked',
    table: 'grants',
    name: 'grants',
    make: async ({ ledger, change }) => {
      const key = random.id();
      for (const name of [`over-${key}`, `live-${key}`]) {
        await grantedOn(ledger, { site: name as SiteKey, address: newAddress(), ttlSeconds: 600, by: 'eva' }, opened);
      }
      await change(`UPDATE grants SET revoked_at = 1 WHERE site = 'over-${key}'`);
      return { over: `site = 'over-${key}'`, living: `site = 'live-${key}'` };
    },
  },
  ownSweep(
    'dead_letters',
    'source, reason, call_id, address, headers, body_bytes, body_hash, unrecorded, at',
    () => `'malformed', 'c', '192.0.2.1', '{}', 0, '', 0, `,
  ),
  ownSweep(
    'producer_mails',
    'id, producer, caller, idempotency_key, body_hash, recipients, created_at, start_at, expires_at',
    (name) => `'jet', 'jet', '${name}', 'h', 1, 1, 1, `,
  ),
  ...(['minute', 'hour', 'day'] as const).map(rollupsOf),
  {
    what: 'rollup_marks',
    table: 'rollup_marks',
    name: 'rollup_marks',
    make: async ({ change }) => {
      const key = random.id();
      const [over, living] = [`flush:over-${key}`, `flush:live-${key}`];
      await change(
        `INSERT INTO rollup_marks (name, position, at) VALUES ('${over}', 1, 1), ('${living}', 1, ${String(FAR_MS)})`,
      );
      return { over: `name = '${over}'`, living: `name = '${living}'` };
    },
  },
];

export const ranOutCases: readonly LedgerCase[] = [
  {
    promise: 'what ran out goes, of every kind, and what lives of it stays',
    async check(stage) {
      for (const { what, table, name, make } of OVER) {
        const { over, living } = await make(stage);
        const batches = await swept(stage, what);
        expect([what, total(batches, name) >= 1]).toEqual([what, true]);
        expect([what, await countOf(stage, table, over)]).toEqual([what, 0]);
        expect([what, await countOf(stage, table, living)]).toEqual([what, 1]);
      }
    },
    mutant: keepsAll,
  },
];
