/** Promises about addresses to which no mail goes, and about pauses by operators. */
import { expect } from '@jest/globals';
import type { Ledger, Suppression } from '../../../src/contract/ledger.js';
import { heard, lying, must, only, type LedgerCase, type LedgerStage, type Lie } from './case.js';
import * as inputs from './inputs.js';
import { claimMessage, newCarrier, queued, mailboxOf } from './message-inputs.js';
import { auditOf, operatorsAudit, queuedCard, random } from './queue-inputs.js';

const DAY_MS = 86_400_000;

function newAddress(): string {
  return `ada-${random.id()}@example.org`;
}

function to(address: string) {
  return { recipient: { kind: 'mailbox', address } } as const;
}

async function setByHand(ledger: Ledger, address: string, forMs = DAY_MS): Promise<Suppression> {
  return ledger.suppressions.set({ address, forMs, code: null }, operatorsAudit('suppression_set'));
}

async function isSuppressed(ledger: Ledger, address: string): Promise<boolean> {
  const made = await queued(ledger, to(address));
  return (await claimMessage(ledger, made.channel)).isSuppressed;
}

/** As if it had run out. */
async function runOut({ change }: LedgerStage, address: string): Promise<void> {
  await change(`UPDATE suppressions SET until = 1 WHERE address = '${address.toLowerCase()}'`);
}

const neverFound: Lie = (honest) => lying(honest, { suppressions: { find: () => Promise.resolve(null) } });

export const suppressionCases: readonly LedgerCase[] = [
  {
    promise:
      'a claim says whether mails go to its recipient, however the address is written, and no longer than it runs',
    async check(stage) {
      const { ledger } = stage;
      const address = newAddress();
      const written = address.replace('ada', 'Ada').replace('example.org', 'EXAMPLE.org');
      const said = [await isSuppressed(ledger, written)];
      await setByHand(ledger, address);
      said.push(await isSuppressed(ledger, written), await isSuppressed(ledger, newAddress()));
      await runOut(stage, address);
      said.push(await isSuppressed(ledger, written));

      expect(said).toEqual([false, true, false, false]);
    },
    mutant: (honest) =>
      lying(honest, {
        suppressions: { set: (input, audit) => honest.suppressions.set({ ...input, address: newAddress() }, audit) },
      }),
  },
  {
    promise: 'the first claim of a card, in the commit that opens its request, says so, too',
    async check({ ledger }) {
      const address = newAddress();
      await setByHand(ledger, address);
      const transport = newCarrier();
      const recipient = { kind: 'approver', approver: inputs.newApprover(), address } as const;
      const card = { ...inputs.delivery(transport), recipient };
      const firstClaims = { slots: { [transport]: 1 }, leaseMs: 60_000 };
      const approvers = [{ id: recipient.approver, deliveries: [card] }];

      const opened = must(
        await ledger.requests.open(inputs.openInput({ approvers, firstClaims }), inputs.opened),
        'opened',
      );

      expect(only(opened.claims).isSuppressed).toBe(true);
    },
    mutant: (honest) =>
      lying(honest, {
        suppressions: { set: (input, audit) => honest.suppressions.set({ ...input, forMs: -1 }, audit) },
      }),
  },
  {
    promise: 'what bounces for good or is complained of suppresses its address, and what bounces softly does not',
    async check({ ledger }) {
      const reported = { what: 'bounced', reason: 'dsn_5.1.1', suppressForMs: DAY_MS } as const;
      for (const [said, isSet] of [
        [reported, true],
        [{ ...reported, what: 'complained', reason: 'arf_abuse' }, true],
        [{ ...reported, reason: 'dsn_5.2.2', suppressForMs: 0 }, false],
        [{ ...reported, what: 'delayed' }, false],
      ] as const) {
        const made = await queued(ledger, to(newAddress()));
        await ledger.deliveries.close([inputs.sent(await claimMessage(ledger, made.channel))]);

        await ledger.deliveries.report({ deliveryId: made.id, replayKey: null, ...said }, inputs.opened);

        const found = await ledger.suppressions.find(mailboxOf(made));
        expect([said, found !== null]).toEqual([said, isSet]);
        if (found === null) continue;
        expect(found).toMatchObject({ reason: said.what, code: said.reason, deliveryId: made.id, setBy: 'gate' });
        expect(found.untilMs - found.sinceMs).toBe(DAY_MS);
      }
    },
    mutant: neverFound,
  },
  {
    promise: 'a recipient that is refused at once is suppressed in the same commit, with an entry of the audit',
    async check({ ledger }) {
      const made = await queued(ledger, to(newAddress()));
      const { deliveryId, claimToken, attemptId } = await claimMessage(ledger, made.channel);
      const head = { deliveryId, claimToken, attemptId, tookMs: 1 };

      await ledger.deliveries.close([{ ...head, kind: 'bounced', reason: 'smtp_550', suppressForMs: DAY_MS }]);

      expect(await ledger.suppressions.find(mailboxOf(made))).toMatchObject({ code: 'smtp_550' });
      const told = (await ledger.audit.recent(50)).filter(({ detail }) => detail['delivery'] === made.id);
      expect(only(told)).toMatchObject({ what: 'suppression_set', detail: { before: 'none', after: 'bounced' } });
    },
    mutant: neverFound,
  },
  {
    promise: 'one is set, listed and lifted by hand, each act once, with what was before; a bounce does not replace it',
    async check({ ledger }) {
      const address = newAddress();
      const audit = operatorsAudit('suppression_lifted');
      await setByHand(ledger, address, 9 * DAY_MS);
      const made = await queued(ledger, to(address));
      await claimMessage(ledger, made.channel);
      const bounce = { deliveryId: made.id, what: 'bounced', reason: 'dsn_5.1.1', replayKey: null } as const;
      await ledger.deliveries.report({ ...bounce, suppressForMs: DAY_MS }, inputs.opened);

      const listed = await ledger.suppressions.list({ after: address.slice(0, -1), limit: 1 });
      const lifted = await Promise.all([1, 2, 3].map(() => ledger.suppressions.lift(address.toUpperCase(), audit)));

      expect(only(listed)).toMatchObject({ address, reason: 'by_hand' });
      expect(lifted.filter((isLifted) => isLifted)).toHaveLength(1);
      expect(await ledger.suppressions.find(address)).toBeNull();
      expect(only(await auditOf(ledger, audit)).detail).toMatchObject({ address, before: 'by_hand', after: 'lifted' });
    },
    mutant: (honest) => lying(honest, { suppressions: { lift: () => Promise.resolve(true) } }),
  },
  {
    promise: 'what an operator paused is claimed by nobody, no probe and no provider ends it, until it is resumed',
    async check({ ledger, processes }) {
      const card = await queuedCard(ledger);
      const { transport } = card;
      const [pausing, resuming] = [operatorsAudit('channel_paused'), operatorsAudit('channel_resumed')];

      expect(await ledger.deliveries.pauseByHand({ transport, reason: 'repair' }, pausing)).toBe(true);
      expect(await ledger.deliveries.pauseByHand({ transport, reason: 'again' }, pausing)).toBe(false);
      await ledger.deliveries.pause({ transport, reason: 'http_401', probeAfterMs: 0 });
      expect(await ledger.deliveries.resume(transport)).toBe(false);
      for (const { deliveries } of processes) expect(await deliveries.claim(inputs.claimOne(transport))).toEqual([]);
      const standing = (await ledger.deliveries.pauses()).filter((one) => one.transport === transport);
      expect(only(standing)).toMatchObject({ reason: 'repair', pausedBy: pausing.who });

      const due = heard(ledger, (one) => one.kind === 'due' && one.transports.includes(transport));
      expect(await ledger.deliveries.resumeByHand(transport, resuming)).toBe(true);
      expect(await ledger.deliveries.resumeByHand(transport, resuming)).toBe(false);
      await due;
      expect(only(await ledger.deliveries.claim(inputs.claimOne(transport)))).toMatchObject({
        ...{ deliveryId: card.id, isProbe: false },
      });
      expect(only(await auditOf(ledger, pausing)).detail).toMatchObject({ transport, before: 'open', after: 'paused' });
      expect(only(await auditOf(ledger, resuming)).detail).toMatchObject({ after: 'open', reason: 'repair' });
    },
    mutant: (honest) =>
      lying(honest, {
        deliveries: {
          async pauseByHand(input, audit) {
            const isNews = await honest.deliveries.pauseByHand(input, audit);
            await honest.deliveries.resumeByHand(input.transport, operatorsAudit('x'));
            return isNews;
          },
        },
      }),
  },
];
