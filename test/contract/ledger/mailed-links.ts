/** Promises about links that are mailed to sign in by: one commit with their mail, bounded, and spent once by the browser that asked. */
import { expect } from '@jest/globals';
import type { AccountId, ChannelName } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { AuditEntry, IdentityLedger, Ledger, SignInProof } from '../../../src/contract/ledger.js';
import { lying, type LedgerCase, type LedgerStage, type Lie } from './case.js';
import { sessionRecord } from './session-life.js';

const random = systemRandom();
const RACERS = 20;
const MAX_TRIES = 5;
const RIGHT = 'hash of the number that was shown';
const WRONG = 'hash of another number';

type Input = Parameters<IdentityLedger['mailSignInLinks']>[0];
type Link = Input['links'][number];

function link(change: Partial<Link> = {}): Link {
  const hash = random.hex(32);
  return {
    hash,
    account: `eva-${random.id()}` as AccountId,
    mailbox: 'hash of the mailbox',
    limits: [{ key: `to ${random.id()}`, max: 5, windowSeconds: 3_600 }],
    mail: {
      id: random.id(),
      kind: 'mail',
      channel: `carrier-${random.id()}` as ChannelName,
      recipient: { kind: 'mailbox', address: 'eva@example.org' },
      about: null,
      sealedPayload: 'sealed payload',
      giveUpAfterMs: 600_000,
      idempotencyKey: hash,
    },
    ...change,
  };
}

function input(change: Partial<Input> = {}): Input {
  return {
    browser: random.hex(32),
    address: '203.0.113.7',
    askedBy: 'Firefox on Linux',
    ttlSeconds: 600,
    links: [link()],
    ...change,
  };
}

const AUDIT: AuditEntry = {
  who: 'visitor',
  what: 'sign_in_mailed',
  surface: 'page',
  site: null,
  address: '203.0.113.7',
  detail: {},
};

function start(ledger: Ledger, proof: SignInProof) {
  const session = { hash: random.hex(32), csrfKey: random.hex(32), idleSeconds: 60, address: null, browser: null };
  return ledger.identity.startSession({ proof, ...session });
}

/** Asked for, and its number shown: what either proof is made from. */
async function shown(ledger: Ledger) {
  const made = link();
  const asked = input({ links: [made] });
  expect(await ledger.identity.mailSignInLinks(asked, AUDIT)).toEqual([made.account]);
  expect(await ledger.identity.showNumber({ hash: made.hash, numberHash: RIGHT })).toBe(true);
  const byLink: SignInProof = { kind: 'mailed_link', hash: made.hash, browser: asked.browser };
  const byNumber = (numberHash: string, browser = asked.browser): SignInProof => ({
    kind: 'mailed_number',
    numberHash,
    browser,
  });
  return { made, asked, byLink, byNumber };
}

function racing<Answer>({ processes }: LedgerStage, run: (ledger: Ledger, index: number) => Promise<Answer>) {
  return Promise.all(
    Array.from({ length: RACERS }, (_, index) => run(processes[index % processes.length] ?? processes[0], index)),
  );
}

function identity(lie: (honest: Ledger) => Partial<IdentityLedger>): Lie {
  return (honest) => lying(honest, { identity: lie(honest) });
}

/** Every proof is taken for one of the browser and the number that are right. */
const believes = (change: Partial<Record<'browser' | 'numberHash', string>>): Lie =>
  identity((honest) => ({
    startSession: (given) => honest.identity.startSession({ ...given, proof: { ...given.proof, ...change } }),
  }));

export const mailedLinkCases: readonly LedgerCase[] = [
  {
    promise: 'a link is written with its mail and its audit entry',
    async check({ ledger, query }) {
      const [one, other] = [link(), link()];

      await ledger.identity.mailSignInLinks(input({ links: [one, other] }), AUDIT);

      const ids = `('${one.mail.id}', '${other.mail.id}')`;
      expect(await query(`SELECT id FROM deliveries WHERE state = 'queued' AND id IN ${ids}`)).toHaveLength(2);
      expect(await ledger.identity.peekMailedLink(one.hash)).toMatchObject({
        account: one.account,
        address: '203.0.113.7',
        askedBy: 'Firefox on Linux',
      });
      const told = await query(`SELECT detail FROM audit WHERE detail LIKE '%${one.account}%'`);
      expect(told).toHaveLength(1);
    },
    mutant: identity((honest) => ({
      mailSignInLinks: (given, audit) =>
        honest.identity.mailSignInLinks({ ...given, links: given.links.slice(0, 1) }, audit),
    })),
  },
  {
    promise: 'of all uses of one link, and of its number, one signs in',
    async check(stage) {
      const { made, byLink, byNumber } = await shown(stage.ledger);

      const sessions = await racing(stage, (ledger, index) =>
        start(ledger, index % 2 === 0 ? byLink : byNumber(RIGHT)),
      );

      expect(sessions.filter((session) => session !== null).map(({ account }) => account)).toEqual([made.account]);
      expect(await stage.ledger.identity.peekMailedLink(made.hash)).toBeNull();
      expect(await stage.ledger.identity.showNumber({ hash: made.hash, numberHash: RIGHT })).toBe(false);
    },
    mutant: identity((honest) => ({
      async startSession(given) {
        return (await honest.identity.startSession(given)) ?? sessionRecord();
      },
    })),
  },
  {
    promise: 'another browser signs in by neither',
    async check({ ledger }) {
      const { byLink, byNumber } = await shown(ledger);

      expect(await start(ledger, { ...byLink, browser: random.hex(32) })).toBeNull();
      expect(await start(ledger, byNumber(RIGHT, random.hex(32)))).toBeNull();
      expect(await start(ledger, byLink)).not.toBeNull();
    },
    mutant: (honest) => {
      let asked = '';
      return lying(honest, {
        identity: {
          mailSignInLinks: (given, audit) => {
            asked = given.browser;
            return honest.identity.mailSignInLinks(given, audit);
          },
          startSession: (given) => believes({ browser: asked })(honest).identity.startSession(given),
        },
      });
    },
  },
  {
    promise: 'however many are typed at once, five numbers are looked at',
    async check(stage) {
      const { made, byLink, byNumber } = await shown(stage.ledger);

      expect(await racing(stage, (ledger) => start(ledger, byNumber(WRONG)))).toEqual(Array(RACERS).fill(null));

      const tries = await stage.query(`SELECT tries FROM mailed_links WHERE hash = '${made.hash}'`);
      expect(tries.map((row) => Number(row['tries']))).toEqual([MAX_TRIES]);
      expect(await start(stage.ledger, byNumber(RIGHT))).toBeNull();
      expect(await start(stage.ledger, byLink)).not.toBeNull();
    },
    mutant: believes({ numberHash: RIGHT }),
  },
  {
    promise: 'a number is worth nothing before it is shown, and once a newer one is',
    async check({ ledger }) {
      const made = link();
      const asked = input({ links: [made] });
      await ledger.identity.mailSignInLinks(asked, AUDIT);
      const typed = (numberHash: string): SignInProof => ({
        kind: 'mailed_number',
        numberHash,
        browser: asked.browser,
      });

      expect(await start(ledger, typed(RIGHT))).toBeNull();
      await ledger.identity.showNumber({ hash: made.hash, numberHash: WRONG });
      await ledger.identity.showNumber({ hash: made.hash, numberHash: RIGHT });

      expect(await start(ledger, typed(WRONG))).toBeNull();
      expect(await start(ledger, typed(RIGHT))).not.toBeNull();
    },
    mutant: identity((honest) => ({
      async mailSignInLinks(given, audit) {
        const answer = await honest.identity.mailSignInLinks(given, audit);
        for (const { hash } of given.links) await honest.identity.showNumber({ hash, numberHash: RIGHT });
        return answer;
      },
    })),
  },
  {
    promise: 'a link is over when its time is',
    async check({ ledger }) {
      const made = link();
      const asked = input({ links: [made], ttlSeconds: 0 });
      await ledger.identity.mailSignInLinks(asked, AUDIT);

      expect(await ledger.identity.peekMailedLink(made.hash)).toBeNull();
      expect(await ledger.identity.showNumber({ hash: made.hash, numberHash: RIGHT })).toBe(false);
      expect(await start(ledger, { kind: 'mailed_link', hash: made.hash, browser: asked.browser })).toBeNull();
    },
    mutant: identity((honest) => ({
      mailSignInLinks: (given, audit) => honest.identity.mailSignInLinks({ ...given, ttlSeconds: 600 }, audit),
    })),
  },
  {
    promise: 'of attempts at once no more count than are allowed',
    async check(stage) {
      const limit = { key: `from ${random.id()}`, max: 3, windowSeconds: 3_600 };

      const taken = await racing(stage, (ledger) => ledger.identity.takeAttempt(limit));

      expect(taken.filter((isTaken) => isTaken)).toHaveLength(limit.max);
    },
    mutant: identity((honest) => ({
      takeAttempt: (limit) => honest.identity.takeAttempt({ ...limit, key: random.id() }),
    })),
  },
  {
    promise: 'what a narrow limit refuses is not counted by those behind it',
    async check({ ledger }) {
      const [narrow, wide] = ['narrow', 'wide'].map((name) => `${name} ${random.id()}`) as [string, string];
      const limits = [
        { key: narrow, max: 1, windowSeconds: 3_600 },
        { key: wide, max: 2, windowSeconds: 3_600 },
      ];
      const mailed = async (change: Partial<Link>) =>
        (await ledger.identity.mailSignInLinks(input({ links: [link(change)] }), AUDIT)).length;

      expect([await mailed({ limits }), await mailed({ limits }), await mailed({ limits })]).toEqual([1, 0, 0]);
      expect(await mailed({ limits: limits.slice(1) })).toBe(1);
      expect(await mailed({ limits: limits.slice(1) })).toBe(0);
    },
    mutant: identity((honest) => ({
      mailSignInLinks: (given, audit) => {
        const links = given.links.map((one) => ({ ...one, limits: one.limits.slice(-1) }));
        return honest.identity.mailSignInLinks({ ...given, links }, audit);
      },
    })),
  },
  {
    promise: 'links that are not used yet end with the sessions of their account, and no others do',
    async check({ ledger }) {
      const [mine, other] = [link(), link()];
      await ledger.identity.mailSignInLinks(input({ links: [mine, other] }), AUDIT);

      await ledger.identity.endSessions({ by: 'approver', approver: mine.account }, AUDIT);

      expect(await ledger.identity.peekMailedLink(mine.hash)).toBeNull();
      expect(await ledger.identity.peekMailedLink(other.hash)).not.toBeNull();
    },
    mutant: identity((honest) => ({
      endSessions: (which, audit) => honest.identity.endSessions({ by: 'id', id: JSON.stringify(which) }, audit),
    })),
  },
  {
    promise: 'a mailbox gets so many mails and no more, however many ask at once, until its window is over',
    async check(stage) {
      const mailbox = { key: `to ${random.id()}`, max: 2, windowSeconds: 3_600 };
      const limits = [mailbox];
      const made = Array.from({ length: RACERS }, () => link({ limits }));
      const ids = made.map(({ mail }) => `'${mail.id}'`).join(', ');
      const queued = () => stage.query(`SELECT id FROM deliveries WHERE id IN (${ids})`);

      const answers = await racing(stage, (ledger, index) =>
        ledger.identity.mailSignInLinks(input({ links: made.slice(index, index + 1) }), AUDIT),
      );
      expect(answers.flat()).toHaveLength(mailbox.max);
      expect(await queued()).toHaveLength(mailbox.max);

      await stage.change(`UPDATE attempt_windows SET until = 1 WHERE key = '${mailbox.key}'`);
      const late = link({ limits });
      await stage.ledger.identity.mailSignInLinks(input({ links: [late] }), AUDIT);

      expect(await stage.ledger.identity.peekMailedLink(late.hash)).not.toBeNull();
    },
    mutant: identity((honest) => ({
      mailSignInLinks: (given, audit) => {
        const links = given.links.map((one) => ({ ...one, limits: [] }));
        return honest.identity.mailSignInLinks({ ...given, links }, audit);
      },
    })),
  },
];
