/** Promises about proofs of one approval: each is good for one, for what it was asked for, in its session and its time. */
import { expect } from '@jest/globals';
import type { AccountId } from '../../../src/approval/brand.js';
import { approvalAct } from '../../../src/approval/approval-proof.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type {
  ApprovalProof,
  AuditEntry,
  ChallengeKind,
  HeldChallenge,
  Ledger,
  OpenRequest,
  RequestLedger,
} from '../../../src/contract/ledger.js';
import { lying, type LedgerCase, type LedgerStage, type Lie } from './case.js';
import { approval, openInput } from './inputs.js';
import { open } from './opening.js';

const random = systemRandom();
const RACERS = 20;
const STEP = 59_000_000;
const GOOD_FOR_MS = 300_000;
const AUDIT: AuditEntry = { who: 'eva', what: 'factor', surface: 'page', site: null, address: null, detail: {} };

function somebody(): AccountId {
  return `eva-${random.id()}` as AccountId;
}

async function asked(ledger: Ledger, of: Partial<Parameters<Ledger['factors']['ask']>[0]>): Promise<HeldChallenge> {
  const held = { hash: random.hex(32), holder: random.hex(32) };
  const asker = { key: `from ${random.id()}`, max: 9, windowSeconds: 60 };
  const kind: ChallengeKind = 'approval';
  expect(await ledger.factors.ask({ ...held, kind, account: null, data: null, ttlSeconds: 300, ...of }, asker)).toBe(
    true,
  );
  return held;
}

/** A request that waits. */
async function waiting(ledger: Ledger): Promise<OpenRequest> {
  const input = openInput();
  await open(ledger, input);
  return input;
}

function approve(ledger: Ledger, { id, tokenHash, act = approvalAct(id, null) }: Asking, proof: ApprovalProof) {
  const input = { ...approval({ tokenHash }), outcome: 'approved', ref: { by: 'id', id } } as const;
  return ledger.requests.approveByProof(input, { proof, act, signInGoodForMs: GOOD_FOR_MS });
}

/** `act`: what the proof must have been asked for, where that is not this request. */
type Asking = OpenRequest & { readonly act?: string };

async function outcomeOf(ledger: Ledger, { id }: OpenRequest) {
  return (await ledger.requests.byId(id))?.decision?.outcome ?? null;
}

async function totpFor(ledger: Ledger, { id }: OpenRequest, account = somebody()): Promise<ApprovalProof> {
  const challenge = await asked(ledger, { account, data: approvalAct(id, null) });
  return { kind: 'totp', challenge, account, step: STEP };
}

async function passkeyFor(ledger: Ledger, { id }: OpenRequest): Promise<ApprovalProof> {
  const account = somebody();
  const passkey = { id: random.hex(16), account, publicKey: 'key', counter: 5, transports: [], name: 'Phone' };
  const adding = await asked(ledger, { kind: 'passkey_add', account });
  expect(await ledger.factors.addPasskey(passkey, adding, AUDIT)).toBe('added');
  const challenge = await asked(ledger, { account, data: approvalAct(id, null) });
  return { kind: 'passkey', challenge, id: passkey.id, account, counter: 6 };
}

async function codeFor(ledger: Ledger, { id }: OpenRequest): Promise<ApprovalProof> {
  const [account, hash] = [somebody(), random.hex(32)];
  await ledger.factors.renewRecoveryCodes({ account, hashes: [hash] }, AUDIT);
  const challenge = await asked(ledger, { account, data: approvalAct(id, null) });
  return { kind: 'recovery_code', challenge, account, hash };
}

async function signInOf(ledger: Ledger): Promise<Extract<ApprovalProof, { kind: 'sign_in' }>> {
  const [account, link, session] = [somebody(), random.hex(32), random.hex(32)];
  await ledger.identity.addSignInLink({ hash: link, account, ttlSeconds: 60 }, AUDIT);
  const facts = { csrfKey: 'key', idleSeconds: 600, address: null, browser: null };
  const started = await ledger.identity.startSession({
    proof: { kind: 'sign_in_link', hash: link },
    hash: session,
    ...facts,
  });
  expect(started).not.toBeNull();
  return { kind: 'sign_in', account, session, mark: random.hex(32) };
}

const WAYS = { passkeyFor, totpFor, codeFor, signInFor: signInOf } as const;

function racing<Answer>({ processes }: LedgerStage, run: (ledger: Ledger, index: number) => Promise<Answer>) {
  return Promise.all(
    Array.from({ length: RACERS }, (_, index) => run(processes[index % processes.length] ?? processes[0], index)),
  );
}

/** Decides whatever the proof is worth. */
const believes: Lie = (honest) =>
  lying(honest, {
    requests: {
      async approveByProof(input: Parameters<RequestLedger['approveByProof']>[0], proven) {
        await honest.requests.approveByProof(input, proven);
        return honest.requests.decide(input);
      },
    },
  });

export const approvalProofCases: readonly LedgerCase[] = [
  {
    promise: 'of all uses of one proof at different requests one approves, by each kind of proof',
    async check(stage) {
      const { ledger } = stage;
      for (const [name, proofFor] of Object.entries(WAYS)) {
        const requests = [await waiting(ledger), await waiting(ledger)] as const;
        const proof = await proofFor(ledger, requests[0]);
        const act = approvalAct(requests[0].id, null);

        await racing(stage, (own, index) => approve(own, { ...requests[index % 2 === 0 ? 0 : 1], act }, proof));

        const outcomes = await Promise.all(requests.map((request) => outcomeOf(ledger, request)));
        expect([name, outcomes.filter((outcome) => outcome === 'approved').length]).toEqual([name, 1]);
      }
    },
    mutant: believes,
  },
  {
    promise: 'of all uses of one proof at its request one approves, and the others learn that it did',
    async check(stage) {
      const request = await waiting(stage.ledger);
      const proof = await totpFor(stage.ledger, request);

      const answers = await racing(stage, (ledger) => approve(ledger, request, proof));

      expect(answers.map(({ kind }) => kind).sort()).toEqual([
        ...Array.from({ length: RACERS - 1 }, () => 'already'),
        'decided',
      ]);
    },
    mutant: (honest) =>
      lying(honest, {
        requests: {
          async approveByProof(input, proven) {
            const answer = await honest.requests.approveByProof(input, proven);
            return answer.kind === 'already' ? { kind: 'unproven' } : answer;
          },
        },
      }),
  },
  {
    promise:
      'a proof that was asked for another request, time, kind, session or person, or too long ago, approves nothing',
    async check({ ledger }) {
      const [request, other] = [await waiting(ledger), await waiting(ledger)];
      const account = somebody();
      const act = approvalAct(request.id, null);
      const by = (challenge: HeldChallenge, step: number): ApprovalProof => ({
        kind: 'totp',
        challenge,
        account,
        step,
      });
      const given = [
        by(await asked(ledger, { account, data: approvalAct(other.id, null) }), STEP),
        by(await asked(ledger, { account, data: approvalAct(request.id, 3_600) }), STEP + 1),
        by(await asked(ledger, { account }), STEP + 2),
        by(await asked(ledger, { account, data: act, kind: 'second_factor' }), STEP + 3),
        by({ ...(await asked(ledger, { account, data: act })), holder: random.hex(32) }, STEP + 4),
        by(await asked(ledger, { account: somebody(), data: act }), STEP + 5),
        by(await asked(ledger, { account, data: act, ttlSeconds: 0 }), STEP + 6),
      ];
      for (const [index, proof] of given.entries())
        expect([index, (await approve(ledger, request, proof)).kind]).toEqual([index, 'unproven']);
      expect(await outcomeOf(ledger, request)).toBeNull();

      const right = by(await asked(ledger, { account, data: act }), STEP + 7);
      expect((await approve(ledger, request, right)).kind).toBe('decided');
    },
    mutant: believes,
  },
  {
    promise: 'a proof of an approval signs nobody in, and one of signing in approves nothing',
    async check({ ledger }) {
      const request = await waiting(ledger);
      const proof = await totpFor(ledger, request);
      if (proof.kind !== 'totp') throw new Error('it is a number');
      const session = { hash: random.hex(32), csrfKey: 'key', idleSeconds: 60, address: null, browser: null };

      expect(await ledger.identity.startSession({ proof, ...session })).toBeNull();
      const challenge = await asked(ledger, { kind: 'second_factor', account: proof.account });
      expect((await approve(ledger, request, { ...proof, challenge, step: STEP + 1 })).kind).toBe('unproven');
    },
    mutant: believes,
  },
  {
    promise: 'a sign-in counts while it is new, for its own account, and where there is no factor',
    async check({ ledger, change }) {
      const old = await signInOf(ledger);
      await change(
        `UPDATE sessions SET authenticated_at = authenticated_at - ${String(GOOD_FOR_MS)} WHERE hash = '${old.session}'`,
      );
      const secured = await signInOf(ledger);
      await ledger.factors.beginTotp({ account: secured.account, sealed: 'sealed' });
      await ledger.factors.confirmTotp(
        { account: secured.account, sealed: 'sealed', step: STEP, session: 'none' },
        AUDIT,
      );
      const foreign = { ...(await signInOf(ledger)), account: somebody() };
      const request = await waiting(ledger);

      for (const proof of [old, secured, foreign])
        expect((await approve(ledger, request, proof)).kind).toBe('unproven');
      expect((await approve(ledger, request, await signInOf(ledger))).kind).toBe('decided');
    },
    mutant: believes,
  },
  {
    promise: 'the audit says how an approval was proven, and that an operator proved nothing',
    async check({ ledger, query }) {
      const [proven, waived] = [await waiting(ledger), await waiting(ledger)];
      await approve(ledger, proven, await totpFor(ledger, proven));
      await ledger.requests.decide(approval(waived, { isProofWaived: true }));

      const details = async ({ id }: OpenRequest) =>
        (await query(`SELECT detail FROM audit WHERE what = 'decided' AND request_id = '${id}'`)).map(
          ({ detail }) => JSON.parse(String(detail)) as unknown,
        );
      expect(await details(proven)).toEqual([{ outcome: 'approved', proof: 'totp' }]);
      expect(await details(waived)).toEqual([{ outcome: 'approved', proof: 'waived' }]);
    },
    mutant: (honest) =>
      lying(honest, { requests: { decide: (input) => honest.requests.decide({ ...input, isProofWaived: false }) } }),
  },
];
