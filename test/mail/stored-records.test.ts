/** Mail records of all origins as one, in several processes; secrets through a rotation; and what the doctor says of them. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemRandom } from '../../src/base/crypto/random.js';
import { Secret } from '../../src/base/crypto/secret.js';
import { systemClock } from '../../src/base/time/clock.js';
import { mailChecks } from '../../src/compose/doctor/mail-checks.js';
import type { Ledger } from '../../src/contract/ledger.js';
import type { OperatorsMail } from '../../src/contract/operators-mail.js';
import { openLedger } from '../../src/ledger/open.js';
import { createMailRecords, MAIL_RECORDS_READ_EVERY_MS } from '../../src/mail/records/mail-records.js';
import { keyRing } from '../../src/mail/secrets/key-ring.js';
import { rewrapSecrets } from '../../src/mail/secrets/stored-secrets.js';
import { createDatabase, databaseKinds, type TestDatabase } from '../fixtures/databases/databases.js';
import { runBeside } from '../fixtures/databases/beside.js';
import { MAIL_KEY, MAIL_RING, MAIL_SOURCES, operatorsMail } from '../fixtures/http/mail-records.js';
import { keptLog } from '../fixtures/logs/kept-log.js';

const EVA = { who: 'operator:eva', surface: 'cli' } as const;
const NEWER = new Secret(Buffer.alloc(32, 0x77));
const RELAY = { name: 'relay', kind: 'smtp', host: 'mx.example.org', user: 'gate' };
const PUT = { provider: 'relay', purpose: 'smtp.password', secret: 'hunter2' };
const directory = () => ({ sites: [], siteOf: () => undefined, producers: new Map() });
const random = systemRandom();

describe.each(databaseKinds)('on %s', (kind) => {
  let database: TestDatabase;
  let ledgers: readonly [Ledger, Ledger];
  let mail: OperatorsMail;
  const log = keptLog();

  beforeEach(async () => {
    database = await createDatabase(kind);
    const first = await openLedger(database.where, { log });
    ledgers = [first, kind === 'postgres' ? await openLedger(database.where, { log }) : first];
    mail = operatorsMail(first, directory, { sources: MAIL_SOURCES });
  });

  afterEach(async () => {
    for (const ledger of new Set(ledgers)) await ledger.close();
    await database.remove();
  });

  /** As the other process has them. */
  function records(ring = MAIL_RING, sources = MAIL_SOURCES) {
    return createMailRecords({ ledger: ledgers[1], ring, sources: () => sources, clock: systemClock(), log });
  }

  function heard(of: ReturnType<typeof records>): Promise<void> {
    return new Promise((resolve) => of.onChange(resolve));
  }

  test('another process takes up a provider and each new secret without being asked to', async () => {
    const there = records();
    expect((await there.providers()).map(({ name }) => name)).toEqual(['env', 'office']);

    await Promise.all([heard(there), mail.addProvider(RELAY, EVA)]);
    await Promise.all([heard(there), mail.putSecret(PUT, EVA)]);
    expect((await there.secret('relay', 'smtp.password'))?.revealText()).toBe('hunter2');
    expect((await there.providers()).at(-1)).toMatchObject({ name: 'relay', origin: 'stored', version: 2 });

    await Promise.all([heard(there), mail.putSecret({ ...PUT, secret: 'hunter3' }, EVA)]);
    expect((await there.secret('relay', 'smtp.password'))?.revealText()).toBe('hunter3');
    expect((await there.secret('env', 'smtp.password'))?.revealText()).toBe('the password of env');
    expect(await there.secret('relay', 'smtp.refresh_token')).toBeNull();
  });

  test('a change of which no hint came is taken up all the same, after half a minute', async () => {
    let nowMs = 0;
    const deaf = { ...ledgers[1], subscribe: () => undefined };
    const clock = { monotonicMs: () => nowMs };
    const there = createMailRecords({ ledger: deaf, ring: MAIL_RING, sources: () => [], clock, log });
    expect(await there.providers()).toEqual([]);
    await mail.addProvider(RELAY, EVA);

    expect(await there.providers()).toEqual([]);
    nowMs += MAIL_RECORDS_READ_EVERY_MS;
    expect(await there.providers()).toHaveLength(1);
  });

  test('what sites.toml declares goes before a stored record of its name, with its own secret', async () => {
    await mail.addProvider(RELAY, EVA);
    await mail.putSecret(PUT, EVA);
    const declared = MAIL_SOURCES.map((source) => ({
      ...source,
      providers: source.providers.map((one) => ({ ...one, name: 'relay' })),
      secret: () => new Secret('of the file'),
    }));

    const there = records(MAIL_RING, declared.slice(1));

    expect((await there.providers()).map(({ name, origin }) => `${name} ${origin}`)).toEqual(['relay declared']);
    expect((await there.secret('relay', 'smtp.password'))?.revealText()).toBe('of the file');
  });

  test('what is declared is paused in every process, over a restart and a reload, until it is resumed', async () => {
    const there = records();
    await Promise.all([heard(there), mail.pauseProvider('office', { reason: 'moving' }, EVA)]);
    await mail.pauseMailbox('ENV@example.org', { reason: 'full' }, EVA);
    const statesOf = async (of: ReturnType<typeof records>) =>
      [...(await of.providers()), ...(await of.mailboxes())].map(({ state, pausedReason }) => pausedReason ?? state);
    const reread = MAIL_SOURCES.map((source) => ({
      ...source,
      providers: source.providers.map((one) => ({ ...one })),
    }));

    const all = ['active', 'moving', 'full', 'active'];
    expect([await statesOf(records()), await statesOf(records(MAIL_RING, reread))]).toEqual([all, all]);
    expect(await mail.pauseProvider('office', { reason: 'x' }, EVA)).toEqual({ kind: 'already_paused' });
    await Promise.all([heard(there), mail.resumeProvider('office', EVA)]);
    expect(await statesOf(there)).toEqual(['active', 'active', 'full', 'active']);
    expect(await mail.resumeProvider('office', EVA)).toEqual({ kind: 'not_paused' });
    expect((await mail.removeProvider('office', EVA)).kind).toBe('read_only');
  });

  test('no secret stands in the database, the trail or an answer in plain text', async () => {
    await mail.addProvider(RELAY, EVA);
    const put = await mail.putSecret(PUT, EVA);

    const all = [put, await mail.providers(), await mail.secrets(), await ledgers[0].audit.recent(50)];
    expect(JSON.stringify([all, await ledgers[0].mail.records()])).not.toContain('hunter2');
    expect(put).toMatchObject({ kind: 'done', record: { version: 1, keyId: MAIL_RING[0].id, fault: null } });
  });

  test('a rotated key: the sweep seals anew, and only then may the former key go', async () => {
    await mail.addProvider(RELAY, EVA);
    await mail.putSecret(PUT, EVA);
    const both = keyRing([NEWER, MAIL_KEY]);
    const alone = keyRing([NEWER]);
    const openBy = async (ring: typeof both) => (await records(ring).secret('relay', 'smtp.password'))?.revealText();

    expect([await openBy(both), await openBy(alone)]).toEqual(['hunter2', undefined]);
    const swept = await Promise.all(ledgers.map((one) => rewrapSecrets(one.mail, { ring: both, random })));
    expect(swept.reduce((sum, { rewrapped }) => sum + rewrapped, 0)).toBe(1);
    expect(await rewrapSecrets(ledgers[0].mail, { ring: both, random })).toEqual({ rewrapped: 0, isMore: false });

    expect([await openBy(alone), await openBy(MAIL_RING)]).toEqual(['hunter2', undefined]);
    const [entry] = await ledgers[0].audit.recent(1);
    const [before, after] = [MAIL_RING, alone].map(([{ id }]) => JSON.stringify({ keyId: id }));
    expect(entry).toMatchObject({ who: 'clock', what: 'mail_secret_rewrapped', detail: { before, after } });
  });

  test('the doctor opens every secret, and says which does not open, why, and what to do', async () => {
    await mail.addProvider(RELAY, EVA);
    expect(await mailChecks(mail)).toMatchObject([
      { name: 'mail provider relay', isOk: false, detail: 'has no smtp.password' },
    ]);
    await mail.putSecret(PUT, EVA);
    expect(await mailChecks(mail)).toEqual([
      { name: 'mail providers', isOk: true, detail: '3 ready, 3 secrets open', cure: '' },
    ]);

    const rotated = operatorsMail(ledgers[0], directory, { ring: keyRing([NEWER]) });
    const said = async (of = mail) => (await mailChecks(of)).map(({ detail, cure }) => `${detail}. ${cure}`);
    expect(await said(rotated)).toEqual([
      expect.stringMatching(/key unknown\. Put the former key back into GATE_SECRET/),
    ]);
    const swapped = `UPDATE provider_secrets SET purpose = 'smtp.dkim_key' WHERE purpose = 'smtp.password'`;
    await runBeside(database, swapped);
    expect((await said())[0]).toMatch(
      /smtp\.dkim_key, version 1, does not open: not authentic\..*put the secret again/,
    );
    await runBeside(database, `UPDATE provider_secrets SET sealed = 'hunter2', purpose = 'smtp.password'`);
    expect(await said()).toEqual([expect.stringMatching(/format\. .*gate mail secret add relay smtp\.password/)]);
    await mail.pauseProvider('relay', { reason: 'wrong password' }, EVA);
    expect(await said()).toContainEqual(
      expect.stringMatching(/paused: wrong password\. .*gate mail provider resume relay/),
    );
  });
});
