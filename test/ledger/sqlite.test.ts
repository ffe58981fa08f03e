/** What is SQLite’s own: the one process that may write, and what a commit is worth. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Ledger, Sweep } from '../../src/contract/ledger.js';
import { migrateLedger } from '../../src/ledger/open.js';
import { openSqliteSource, type SqliteSource } from '../../src/ledger/sqlite/source.js';
import { approval, claimOne, opened, openInput, RPM, sent } from '../contract/ledger/inputs.js';
import { oneByOne, type RunOne } from './one-by-one.js';
import { createFile, database, file, open } from '../fixtures/databases/sqlite-file.js';

createFile();

describe('one process', () => {
  test('a second opening of the same file is refused with what to do, and closing lets the next one in', async () => {
    const first = await open();

    await expect(open()).rejects.toMatchObject({ code: 'ledger_in_use', message: expect.stringContaining(file) });
    await expect(migrateLedger(database.where)).rejects.toMatchObject({ code: 'ledger_in_use' });
    await first.close();

    await (await open()).close();
  });

  test('another process is refused too, and the lock of one that was killed is gone', async () => {
    const holder = await holdInChild();

    await expect(open()).rejects.toMatchObject({ code: 'ledger_in_use' });
    holder.kill('SIGKILL');
    await once(holder, 'exit');

    await (await open()).close();
  });

  test('the files are for their owner alone', async () => {
    const ledger = await open();
    await ledger.canary('sealed');

    for (const path of [file, `${file}-wal`, `${file}.lock`]) expect(statSync(path).mode & 0o777).toBe(0o600);
    await ledger.close();
  });
});

describe('the connection', () => {
  let opening: SqliteSource;

  beforeEach(async () => {
    opening = await openSqliteSource(file);
    await opening.source.runMigrations();
  });

  afterEach(() => opening.source.destroy());

  test('commits are durable, readers do not block, foreign keys hold', () => {
    const read = (name: string): unknown => opening.connection.pragma(name, { simple: true });

    expect([read('journal_mode'), read('synchronous'), read('foreign_keys')]).toEqual(['wal', 2, 1]);
  });

  test('a write that fails half way leaves nothing behind, and the next one works', () => {
    const run = oneByOne(opening.connection);
    const input = openInput({ browser: null as unknown as string });

    expect(() => run('requests.open', [input, opened])).toThrow();

    expect(opening.connection.prepare('SELECT * FROM windows').all()).toEqual([]);
    expect(run('requests.open', [openInput(), opened])).toMatchObject({ kind: 'opened' });
  });

  test('no verb of the hot paths walks a whole table: its cost does not grow with history', () => {
    const texts = new Set<string>();
    const prepare = opening.connection.prepare.bind(opening.connection);
    opening.connection.prepare = (text: string) => {
      texts.add(text);
      return prepare(text);
    };

    useEverything(oneByOne(opening.connection));

    const walks = [...texts]
      .filter((text) => /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)/.test(text))
      .flatMap((text) => {
        const length = text.split('?').length - 1;
        const plan = prepare(`EXPLAIN QUERY PLAN ${text}`).all(...Array<null>(length).fill(null));
        return (plan as { detail: string }[])
          .map(({ detail }) => detail)
          .filter((detail) =>
            /^SCAN (requests|deliveries|attempts|audit|grants|asked|windows|slots|sessions|replays|links|link_codes|leases|dead_letters|mutes|seals|failures|suppressions)\b(?! USING)/.test(
              detail,
            ),
          )
          .map((detail) => `${detail}: ${text}`);
      });
    expect(texts.size).toBeGreaterThan(20);
    expect(walks).toEqual([]);
    // Transactions belong to the writers' queue: a verb that ended one would end it for others.
    expect(
      [...texts].filter((text) => /^\s*(BEGIN|COMMIT|END|ROLLBACK(?! TO)|PRAGMA|VACUUM|ATTACH)/i.test(text)),
    ).toEqual([]);
  });
});

function useEverything(run: RunOne): void {
  const input = openInput({ firstClaims: { slots: { talk: 1 }, leaseMs: 60_000 } });
  const answer = run('requests.open', [input, opened]) as Awaited<ReturnType<Ledger['requests']['open']>>;
  if (answer.kind !== 'opened') throw new Error('the first request opens');
  run('requests.open', [openInput({ window: input.window }), opened]);
  run('deliveries.close', [answer.claims.map((claim) => sent(claim))]);
  run('requests.decide', [approval(input)]);
  run('requests.decide', [approval(input)]);
  run('deliveries.claim', [claimOne()]);
  run('deliveries.msUntilDue', ['talk']);
  run('deliveries.giveUp', [10]);
  run('requests.expireDue', [{ limit: 10, callbackTransport: 'webhook' }]);
  run('requests.msUntilNextDeadline', []);
  run('requests.latestOf', [input.site, input.address]);
  run('requests.byStatusId', [input.statusId]);
  run('requests.pending', [10]);
  run('grants.find', [input.site, input.address]);
  run('grants.livePage', [0, 10]);
  run('grants.list', [{ sites: null, limit: 10 }]);
  run('grants.list', [{ sites: [input.site], address: input.address, limit: 10 }]);
  run('grants.list', [{ sites: null, limit: 10, search: { by: 'request', containing: 'stg', among: 100 } }]);
  run('grants.count', []);
  run('grants.sites', []);
  run('deliveries.ofRequest', [input.id]);
  useCalls(run, input);
  useMaintenance(run);
}

/** What signed calls bring about. */
function useCalls(run: RunOne, { id: requestId, site }: ReturnType<typeof openInput>): void {
  const [by, account] = [RPM, { channel: 'slack', workspace: 'T1', subject: 'U1' }];
  run('grants.extend', [{ requestId, ttlSeconds: 9_000, by, replayKey: 'slack:1' }, opened]);
  run('grants.revoke', [{ sites: [site], requestId, by, replayKey: 'slack:2' }, opened]);
  run('mutes.mute', [{ sites: [site], address: null, ttlSeconds: 60, by, replayKey: 'slack:3' }, opened]);
  run('mutes.unmute', [{ sites: [site], address: null, replayKey: 'slack:4' }, opened]);
  run('identity.addLinkCode', [{ ...account, hash: 'h', ttlSeconds: 60, replayKey: 'slack:5' }, opened]);
  run('identity.link', [{ hash: 'h', approver: RPM }, opened]);
  run('identity.linksOf', [account]);
  run('identity.unlink', [{ ...account, replayKey: 'slack:6' }, opened]);
  run('leases.take', [{ name: 'socket:slack', owner: 'a', leaseMs: 60 }]);
  run('leases.giveBack', [{ name: 'socket:slack', owner: 'a' }]);
  run('serviceTokens.mint', [{ id: 't', hash: 'h', producer: 'jet', label: '', ttlSeconds: 60 }, opened]);
  run('serviceTokens.use', ['h']);
  run('serviceTokens.mintForSite', [{ id: 's', hash: 'g', site, label: '', ttlSeconds: 60, maxLive: 9 }, opened]);
  run('serviceTokens.useAtSite', ['g']);
  run('serviceTokens.liveAtSites', []);
  run('deadLetters.find', [1]);
  run('deadLetters.markRedriven', [{ id: 1, by, outcome: 'decided' }, opened]);
  run('deadLetters.list', [{ limit: 10, before: 5 }]);
}

/** What runs beside the hot paths, and would stop them on the one writer if a batch grew with history. */
function useMaintenance(run: RunOne): void {
  const lease = { name: 'sealer', owner: 'a' };
  run('leases.take', [{ ...lease, leaseMs: 60_000 }]);
  run('audit.isSealDue', []);
  run('audit.recent', [10, 'stg.example.org']);
  expect(run('audit.seal', [{ lease, limit: 10 }])).toMatchObject({ kind: 'sealed' });
  for (const what of SWEEPS) run('retention.sweep', [{ what, olderThanMs: -1_000, limit: 10, after: null }]);
}

const SWEEPS: readonly Sweep[] = [
  'audit_addresses',
  'audit_people',
  'request_addresses',
  'attempts',
  'requests',
  'dead_letters',
  'producer_mails',
  'grants_over',
  'grants_revoked',
  'windows',
  'replays',
  'mutes',
  'failures',
  'suppressions',
  'link_codes',
  'sign_in_links',
  'mailed_links',
  'enrolments',
  'sign_in_states',
  'attempt_windows',
  'challenges',
  'access_tokens',
  'sessions',
  'handoffs',
  'handed_out',
  'rollup_minutes',
  'rollup_hours',
  'rollup_days',
  'rollup_marks',
];

/** A process of its own that opens the ledger and waits to be killed. */
async function holdInChild(): Promise<ChildProcess> {
  const openUrl = new URL('../../src/ledger/open.js', import.meta.url).href;
  const script = `
    const { openLedger } = await import(${JSON.stringify(openUrl)});
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    await openLedger({ kind: 'sqlite', file: ${JSON.stringify(file)} }, { log });
    process.send('open');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [message] = (await once(child, 'message')) as unknown[];
  expect(message).toBe('open');
  return child;
}
