/** Promises about sign-in links and sessions. */
import { expect } from '@jest/globals';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { SignInProof } from '../../../src/contract/identity-ledger.js';
import { lying, only, type LedgerCase } from './case.js';
import { newApprover, opened, RPM } from './inputs.js';

const random = systemRandom();
const RACERS = 20;

/** Where a session was begun, where nobody asks. */
const linkOf = (hash: string): SignInProof => ({ kind: 'sign_in_link', hash });
const NOWHERE = { address: null, browser: null };

export const sessionCases: readonly LedgerCase[] = [
  {
    promise: 'a sign-in link makes one session, however many use it at once, and looking at it spends nothing',
    async check({ processes: [ledger, second] }) {
      const link = random.hex(32);
      await ledger.identity.addSignInLink({ hash: link, account: RPM, ttlSeconds: 600 }, opened);
      expect(await ledger.identity.peekSignInLink(link)).toBe(RPM);
      expect(await ledger.identity.peekSignInLink(link)).toBe(RPM);
      const sessions = Array.from({ length: RACERS }, () => random.hex(32));

      const made = await Promise.all(
        sessions.map((hash, racer) =>
          (racer % 2 === 0 ? ledger : second).identity.startSession({
            proof: linkOf(link),
            hash,
            csrfKey: 'key',
            idleSeconds: 3_600,
            ...NOWHERE,
          }),
        ),
      );

      expect(only(made.filter((session) => session !== null))).toMatchObject({ account: RPM, csrfKey: 'key' });
      const alive = await Promise.all(sessions.map((hash) => ledger.identity.session(hash)));
      expect(alive.filter((session) => session !== null)).toHaveLength(1);
      expect(await ledger.identity.peekSignInLink(link)).toBeNull();
    },
    mutant: (honest) =>
      lying(honest, {
        identity: {
          async startSession(input) {
            const linkHash = random.hex(32);
            await honest.identity.addSignInLink({ hash: linkHash, account: newApprover(), ttlSeconds: 600 }, opened);
            return honest.identity.startSession({ ...input, proof: linkOf(linkHash) });
          },
        },
      }),
  },
  {
    promise: 'of the links of one approver only the newest is good, and nobody else’s is touched',
    async check({ ledger }) {
      const [mine, other] = [newApprover(), newApprover()];
      const links = Array.from({ length: 3 }, () => random.hex(32));
      const foreign = random.hex(32);
      const signIn = (linkHash: string) =>
        ledger.identity.startSession({
          proof: linkOf(linkHash),
          hash: random.hex(32),
          csrfKey: 'key',
          idleSeconds: 600,
          ...NOWHERE,
        });
      await ledger.identity.addSignInLink({ hash: foreign, account: other, ttlSeconds: 600 }, opened);
      for (const hash of links) await ledger.identity.addSignInLink({ hash, account: mine, ttlSeconds: 600 }, opened);

      const peeked = await Promise.all(links.map((hash) => ledger.identity.peekSignInLink(hash)));
      const good = [];
      for (const hash of links) good.push((await signIn(hash)) !== null);

      expect(peeked).toEqual([null, null, mine]);
      expect(good).toEqual([false, false, true]);
      expect(await signIn(foreign)).not.toBeNull();
    },
    mutant: (honest) =>
      lying(honest, {
        identity: {
          addSignInLink: (input, audit) => honest.identity.addSignInLink({ ...input, account: newApprover() }, audit),
        },
      }),
  },
  {
    promise: 'an operator sees the sessions that live and ends one, an approver’s or all; each end is audited',
    async check({ processes: [ledger, second] }) {
      const [mine, other] = [newApprover(), newApprover()];
      const hashes = [mine, mine, other].map((approver) => [approver, random.hex(32)] as const);
      for (const [approver, sessionHash] of hashes) {
        const linkHash = random.hex(32);
        await ledger.identity.addSignInLink({ hash: linkHash, account: approver, ttlSeconds: 600 }, opened);
        const where = { address: '192.0.2.7', browser: 'Chrome 148 on Linux' };
        await ledger.identity.startSession({
          proof: linkOf(linkHash),
          hash: sessionHash,
          csrfKey: 'key',
          idleSeconds: 600,
          ...where,
        });
      }
      const living = () => ledger.identity.sessions({ approver: mine, limit: 10 });
      const audit = { ...opened, who: random.id(), what: 'sessions_ended' };

      const before = await living();
      const id = hashes[0]?.[1].slice(0, 16) ?? '';
      const one = await ledger.identity.endSessions({ by: 'id', id }, audit);
      const rest = await ledger.identity.endSessions({ by: 'approver', approver: mine }, audit);
      const none = await ledger.identity.endSessions({ by: 'approver', approver: mine }, audit);

      expect(before).toHaveLength(2);
      expect(before[0]).toMatchObject({ approver: mine, address: '192.0.2.7', browser: 'Chrome 148 on Linux' });
      expect([one.length, rest.length, none.length]).toEqual([1, 1, 0]);
      expect(only(one)).toMatchObject({ id, approver: mine });
      expect(await living()).toEqual([]);
      const alive = await Promise.all(hashes.map(async ([, hash]) => (await second.identity.session(hash)) !== null));
      expect(alive).toEqual([false, false, true]);
      const said = (await ledger.audit.recent(50)).filter(({ who }) => who === audit.who);
      expect(said.map(({ detail }) => detail['approver'])).toEqual([mine, mine]);
    },
    mutant: (honest) => lying(honest, { identity: { endSessions: () => Promise.resolve([]) } }),
  },
  {
    promise: 'its owner ends one of their sessions, or all but one, and nobody else’s',
    async check({ ledger }) {
      const [mine, other] = [newApprover(), newApprover()];
      const hashes: string[] = [];
      for (const approver of [mine, mine, mine, other]) {
        const [linkHash, hash] = [random.hex(32), random.hex(32)];
        await ledger.identity.addSignInLink({ hash: linkHash, account: approver, ttlSeconds: 600 }, opened);
        await ledger.identity.startSession({
          proof: linkOf(linkHash),
          hash,
          csrfKey: 'k',
          idleSeconds: 60,
          ...NOWHERE,
        });
        hashes.push(hash);
      }
      const ids = hashes.map((hash) => hash.slice(0, 16));
      const [first = '', kept = '', , foreign = ''] = ids;
      const living = () =>
        Promise.all(hashes.map(async (hash) => ((await ledger.identity.session(hash)) === null ? 'over' : 'lives')));

      const notTheirs = await ledger.identity.endSessions({ by: 'id', id: foreign, approver: mine }, opened);
      const one = await ledger.identity.endSessions({ by: 'id', id: first, approver: mine }, opened);
      const afterOne = await living();
      const others = await ledger.identity.endSessions({ by: 'approver', approver: mine, but: kept }, opened);

      expect([notTheirs.length, one.length, others.length]).toEqual([0, 1, 1]);
      expect(afterOne).toEqual(['over', 'lives', 'lives', 'lives']);
      expect(await living()).toEqual(['over', 'lives', 'over', 'lives']);
    },
    mutant: (honest) =>
      lying(honest, {
        identity: {
          endSessions(which, audit) {
            const plain = which.by === 'id' ? { by: which.by, id: which.id } : which;
            return honest.identity.endSessions(plain, audit);
          },
        },
      }),
  },
  {
    promise: 'a link that is too old and a session that is over or ended let nobody in',
    async check({ ledger }) {
      const [old, fresh] = [random.hex(32), random.hex(32)];
      const [over, ended] = [random.hex(32), random.hex(32)];
      const input = { csrfKey: 'key', idleSeconds: 600, ...NOWHERE };
      await ledger.identity.addSignInLink({ hash: old, account: newApprover(), ttlSeconds: 0 }, opened);
      await ledger.identity.addSignInLink({ hash: fresh, account: RPM, ttlSeconds: 600 }, opened);

      expect(await ledger.identity.peekSignInLink(old)).toBeNull();
      expect(await ledger.identity.startSession({ ...input, proof: linkOf(old), hash: over })).toBeNull();
      expect(await ledger.identity.startSession({ ...input, proof: linkOf(fresh), hash: ended })).not.toBeNull();
      await ledger.identity.endSession(ended);
      expect(await ledger.identity.session(ended)).toBeNull();
      expect(await ledger.identity.session(over)).toBeNull();
    },
    mutant: (honest) => lying(honest, { identity: { endSession: () => Promise.resolve() } }),
  },
];
