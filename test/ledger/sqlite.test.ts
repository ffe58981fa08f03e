/** What is SQLite's own: the worker that may die, the one process that may write, and what a commit is worth. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Change, Ledger, Sweep } from '../../src/contract/ledger.js';
import { ledgerOver } from '../../src/ledger/facade.js';
import { migrateLedger, openLedger } from '../../src/ledger/open.js';
import { openSqliteSource, type SqliteSource } from '../../src/ledger/sqlite/source.js';
import { startLastingThread } from '../../src/ledger/sqlite/lasting-thread.js';
import { holdLock } from '../../src/ledger/sqlite/lock.js';
import { startSqliteThread } from '../../src/ledger/sqlite/thread.js';
import { approval, claimOne, liveGrants, opened, openWish, RPM, sent } from '../contract/ledger/wishes.js';
import { eventually } from '../e2e/eventually.js';
import { createSqliteFile } from '../setup/databases.js';
import { oneByOne, type RunOne } from './one-by-one.js';
import { keptLog } from './quiet-log.js';

let database: ReturnType<typeof createSqliteFile>;
let file: string;

beforeEach(() => {
  database = createSqliteFile();
  file = database.where.file;
});

afterEach(() => database.remove());

function open(): Promise<Ledger> {
  return openLedger(database.where, { log: keptLog() });
}

describe('the worker', () => {
  test('when it dies, what was asked and what is asked later is answered "unavailable", and listeners hear "lost"', async () => {
    const thread = await startSqliteThread(file);
    const ledger = ledgerOver(thread);
    const heard: Change[] = [];
    ledger.subscribe((change) => heard.push(change));
    const asked = Array.from({ length: 200 }, () => ledger.requests.open(openWish(), opened));

    const settled = Promise.allSettled(asked);
    await thread.kill();

    const refused = (await settled).filter((one) => one.status === 'rejected').map((one) => one.reason as unknown);
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused) expect(error).toMatchObject({ code: 'ledger_unavailable' });
    await expect(ledger.ping()).rejects.toMatchObject({ code: 'ledger_unavailable' });
    expect(heard).toContainEqual({ kind: 'lost' });
    await ledger.close();
  });

  test('when it dies among writers that share commits, who was answered is in the file, and who was not is there whole or not at all', async () => {
    const thread = await startSqliteThread(file);
    const ledger = ledgerOver(thread);
    const wishes = Array.from({ length: 400 }, () => openWish());
    const answered = new Set<string>();

    const settled = Promise.allSettled(
      wishes.map(async (wish) => {
        await ledger.requests.open(wish, opened);
        answered.add(wish.id);
        if (answered.size === 100) void thread.kill();
      }),
    );
    await settled;

    expect(answered.size).toBeLessThan(wishes.length);
    const again = await open();
    for (const wish of wishes) {
      const [isThere, cards] = [await again.requests.byId(wish.id), await again.deliveries.ofRequest(wish.id)];
      if (answered.has(wish.id)) expect(isThere).not.toBeNull();
      expect(cards).toHaveLength(isThere === null ? 0 : 1);
    }
    await again.close();
  });

  test('is started again when it dies: listeners hear it, and what was acknowledged is there', async () => {
    const thread = await startLastingThread(file, { log: keptLog() });
    const ledger = ledgerOver(thread);
    const heard: Change['kind'][] = [];
    const regained = new Promise<void>((resolve) => {
      ledger.subscribe(({ kind }) => {
        if (kind === 'lost' || kind === 'regained') heard.push(kind);
        if (kind === 'regained') resolve();
      });
    });
    const wish = openWish();
    await ledger.requests.open(wish, opened);

    await thread.kill();
    await regained;

    expect(heard).toEqual(['lost', 'regained']);
    expect(await ledger.requests.decide(approval(wish))).toMatchObject({ kind: 'decided' });
    await ledger.close();
    await (await open()).close();
  });

  test('that cannot be started again is tried on, and answers once it can', async () => {
    const log = keptLog();
    const thread = await startLastingThread(file, { log });
    const ledger = ledgerOver(thread);
    const regained = new Promise<void>((resolve) => {
      ledger.subscribe(({ kind }) => {
        if (kind === 'regained') resolve();
      });
    });
    await thread.kill();
    const letGo = holdLock(file);
    await eventually('a restart was refused', () =>
      log.lines.some((line) => line.includes('could not be opened again')),
    );
    await expect(ledger.ping()).rejects.toMatchObject({ code: 'ledger_unavailable' });

    letGo();
    await regained;

    await ledger.ping();
    await ledger.close();
  });

  test('that died is not started again by a ledger that is closed', async () => {
    const thread = await startLastingThread(file, { log: keptLog() });
    await thread.kill();

    await ledgerOver(thread).close();

    await (await open()).close();
  });

  test('a file that is no database refuses the opening', async () => {
    writeFileSync(file, 'this is not a database, and long enough to be looked at as one'.repeat(100));

    await expect(open()).rejects.toMatchObject({ code: 'SQLITE_NOTADB' });
  });

  test('what was acknowledged before it died is there afterwards', async () => {
    const thread = await startSqliteThread(file);
    const wish = openWish();
    await ledgerOver(thread).requests.open(wish, opened);
    await ledgerOver(thread).requests.decide(approval(wish));
    await thread.kill();

    const ledger = await open();

    expect((await ledger.requests.byId(wish.id))?.decision?.outcome).toBe('approved');
    expect(await liveGrants(ledger)).toHaveLength(1);
    await ledger.close();
  });

  test('a bug stays a bug: it is not taken for a database that is out of reach', async () => {
    const ledger = await open();

    const refused = ledger.requests.open(openWish({ host: null as unknown as string }), opened);

    await expect(refused).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_NOTNULL' });
    await ledger.ping();
    await ledger.close();
  });
});

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
    const wish = openWish({ browser: null as unknown as string });

    expect(() => run('requests.open', [wish, opened])).toThrow();

    expect(opening.connection.prepare('SELECT * FROM windows').all()).toEqual([]);
    expect(run('requests.open', [openWish(), opened])).toMatchObject({ kind: 'opened' });
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
            /^SCAN (requests|deliveries|attempts|audit|grants|asked|windows|slots|sessions|replays|links|link_codes|leases|dead_letters|mutes|seals)\b(?! USING)/.test(
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
  const wish = openWish({ firstClaims: { slots: { talk: 1 }, leaseMs: 60_000 } });
  const answer = run('requests.open', [wish, opened]) as Awaited<ReturnType<Ledger['requests']['open']>>;
  if (answer.kind !== 'opened') throw new Error('the first request opens');
  run('requests.open', [openWish({ window: wish.window }), opened]);
  run('deliveries.close', [answer.claims.map((claim) => sent(claim))]);
  run('requests.decide', [approval(wish)]);
  run('requests.decide', [approval(wish)]);
  run('deliveries.claim', [claimOne()]);
  run('deliveries.msUntilDue', ['talk']);
  run('requests.expireDue', [10]);
  run('requests.msUntilNextDeadline', []);
  run('requests.latestOf', [wish.site, wish.address]);
  run('requests.byStatusId', [wish.statusId]);
  run('requests.pending', [10]);
  run('grants.find', [wish.site, wish.address]);
  run('grants.livePage', [0, 10]);
  run('grants.list', [{ sites: null, limit: 10 }]);
  run('grants.list', [{ sites: [wish.site], address: wish.address, limit: 10 }]);
  run('grants.list', [{ sites: null, limit: 10, search: { by: 'request', containing: 'stg', among: 100 } }]);
  run('grants.count', []);
  run('grants.sites', []);
  run('deliveries.ofRequest', [wish.id]);
  useCalls(run, wish);
  useUpkeep(run);
}

/** What signed calls bring about. */
function useCalls(run: RunOne, { id: requestId, site }: ReturnType<typeof openWish>): void {
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
  run('deadLetters.find', [1]);
  run('deadLetters.markRedriven', [{ id: 1, by, outcome: 'decided' }, opened]);
  run('deadLetters.list', [{ limit: 10, before: 5 }]);
}

/** What runs beside the hot paths, and would stop them on the one writer if a batch grew with history. */
function useUpkeep(run: RunOne): void {
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
  'grants_over',
  'grants_revoked',
  'windows',
  'replays',
  'mutes',
  'link_codes',
  'sign_in_links',
  'sessions',
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
