/** Promises about what is said of transports and cards from outside: mail systems' reports, and pauses before any refusal. */
import { expect } from '@jest/globals';
import type { ChannelName } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { Claim, DeliveryRecord, Ledger, MailReport, OpenRequest } from '../../../src/contract/ledger.js';
import { lying, must, only, type LedgerCase, type Lie } from './case.js';
import {
  approval,
  CALLBACK,
  claimOne,
  delivery,
  newApprover,
  opened,
  openInput,
  producerInput,
  retry,
  sent,
  SITE,
} from './inputs.js';

const random = systemRandom();

interface Mail {
  readonly input: OpenRequest;
  readonly transport: ChannelName;
  readonly deliveryId: string;
}

async function queuedMail(ledger: Ledger): Promise<Mail> {
  const transport = `transport-${random.id()}` as ChannelName;
  const mail = delivery(transport);
  const input = openInput({ approvers: [{ id: newApprover(), deliveries: [mail] }] });
  must(await ledger.requests.open(input, opened), 'opened');
  return { input, transport, deliveryId: mail.id };
}

async function sentMail(ledger: Ledger): Promise<Mail> {
  const mail = await queuedMail(ledger);
  await ledger.deliveries.close([sent(await claim(ledger, mail))]);
  return mail;
}

async function claim(ledger: Ledger, { transport }: Mail): Promise<Claim> {
  return only(await ledger.deliveries.claim(claimOne(transport)));
}

async function told(
  ledger: Ledger,
  input: { readonly deliveryId: string; readonly what: MailReport; readonly reason: string },
  who = 'email',
): Promise<DeliveryRecord | null> {
  const audit = { ...opened, who, what: 'mail_report', site: null, address: null };
  const answer = await ledger.deliveries.report({ ...input, replayKey: null }, audit);
  if (answer?.kind === 'repeated') throw new Error('a call without a replay key is never repeated');
  return answer;
}

/** Reports with an input bent by `bend`. */
function reports(bend: (input: ReportInput) => ReportInput): Lie {
  return (honest) =>
    lying(honest, { deliveries: { report: (input, audit) => honest.deliveries.report(bend(input), audit) } });
}

type ReportInput = Parameters<Ledger['deliveries']['report']>[0];

export const reportCases: readonly LedgerCase[] = [
  {
    promise:
      'a mail that bounced says so, with the reason, is a straggler, and its request waits as before: nobody was reached',
    async check({ ledger }) {
      const { input, deliveryId } = await sentMail(ledger);
      const before = await ledger.requests.byId(input.id);
      const who = random.id();

      const record = await told(ledger, { deliveryId, what: 'bounced', reason: 'smtp_5.1.1' }, who);

      expect(record).toMatchObject({ deliveryId, state: 'bounced', lastReason: 'smtp_5.1.1', attempts: 1 });
      expect(only(await ledger.deliveries.ofRequest(input.id))).toEqual(record);
      expect((await ledger.deliveries.stragglers(500)).some((one) => one.deliveryId === deliveryId)).toBe(true);
      expect(await ledger.requests.byId(input.id)).toEqual({ ...before, isNobodyReached: true });
      const said = only((await ledger.audit.recent(50)).filter((row) => row.who === who));
      expect(said).toMatchObject({ what: 'mail_report', requestId: input.id, site: SITE, address: input.address });
      const change = { before: 'sent', after: 'bounced' };
      expect(said.detail).toMatchObject({ delivery: deliveryId, report: 'bounced', reason: 'smtp_5.1.1', ...change });
    },
    mutant: reports((input) => ({ ...input, what: 'delayed' })),
  },
  {
    promise: 'a bounce ends what its courier was about to do: nothing is due, and a late answer changes nothing',
    async check({ ledger }) {
      const mail = await queuedMail(ledger);
      const sending = await claim(ledger, mail);

      await told(ledger, { deliveryId: mail.deliveryId, what: 'bounced', reason: 'smtp_5.1.1' });

      expect(await ledger.deliveries.msUntilDue(mail.transport)).toBeNull();
      const late = only(await ledger.deliveries.close([retry(sending, 0)]));
      expect(late).toMatchObject({ isHeld: false, state: 'bounced' });
      expect(await ledger.deliveries.claim(claimOne(mail.transport))).toEqual([]);
    },
    mutant: reports((input) => ({ ...input, what: 'complained' })),
  },
  {
    promise: 'what is delayed, delivered or complained of is noted, and the card stays as it is',
    async check({ ledger }) {
      const { input, transport, deliveryId } = await sentMail(ledger);
      const before = only(await ledger.deliveries.ofRequest(input.id));

      for (const what of ['delayed', 'delivered', 'complained'] as const) {
        const record = await told(ledger, { deliveryId, what, reason: `mail_${what}` });

        expect(record).toEqual({ ...before, lastReason: `mail_${what}` });
      }
      expect(await ledger.deliveries.msUntilDue(transport)).toBeNull();
    },
    mutant: reports((input) => ({ ...input, what: 'bounced' })),
  },
  {
    promise: 'a card that bounced keeps why it bounced first',
    async check({ ledger }) {
      const { deliveryId } = await sentMail(ledger);
      const first = await told(ledger, { deliveryId, what: 'bounced', reason: 'smtp_5.1.1' });

      expect(await told(ledger, { deliveryId, what: 'bounced', reason: 'smtp_5.7.1' })).toEqual(first);
      expect(await told(ledger, { deliveryId, what: 'delivered', reason: 'mail_delivered' })).toEqual(first);
    },
    mutant: (honest) =>
      lying(honest, {
        deliveries: {
          async report(input, audit) {
            const answer = await honest.deliveries.report(input, audit);
            return answer === null || answer.kind === 'repeated' ? answer : { ...answer, lastReason: input.reason };
          },
        },
      }),
  },
  {
    promise: 'a report of what nobody sent, or of a producer’s callback, moves nothing and leaves no trace',
    async check({ ledger }) {
      const input = producerInput();
      must(await ledger.requests.open(input, opened), 'opened');
      must(await ledger.requests.decide(approval(input)), 'decided');
      const who = random.id();

      const answers = [
        await told(ledger, { deliveryId: `${input.id}-callback`, what: 'bounced', reason: 'smtp_5.1.1' }, who),
        await told(ledger, { deliveryId: random.id(), what: 'bounced', reason: 'smtp_5.1.1' }, who),
      ];

      expect(answers).toEqual([null, null]);
      const cards = await ledger.deliveries.ofRequest(input.id);
      expect(only(cards.filter(({ transport }) => transport === CALLBACK))).toMatchObject({ state: 'queued' });
      expect((await ledger.audit.recent(50)).filter((row) => row.who === who)).toEqual([]);
    },
    mutant: (honest) =>
      lying(honest, {
        deliveries: {
          async report(input, audit) {
            await honest.audit.add(audit, null);
            return honest.deliveries.report(input, audit);
          },
        },
      }),
  },
  {
    promise:
      'a carrier paused before any refusal keeps its queue, sends one probe in its time, and goes on when resumed',
    async check({ ledger }) {
      const mail = await queuedMail(ledger);
      const { transport } = mail;

      await ledger.deliveries.pause({ transport, reason: 'gateway_4004', probeAfterMs: 60_000 });
      expect(await ledger.deliveries.claim(claimOne(transport))).toEqual([]);
      const [first] = (await ledger.deliveries.pauses()).filter((pause) => pause.transport === transport);
      await ledger.deliveries.pause({ transport, reason: 'gateway_4014', probeAfterMs: 0 });
      const again = only((await ledger.deliveries.pauses()).filter((pause) => pause.transport === transport));

      expect(first).toMatchObject({ reason: 'gateway_4004' });
      expect((first?.probeAtMs ?? 0) - (first?.sinceMs ?? 0)).toBe(60_000);
      expect(again).toMatchObject({ reason: 'gateway_4014', sinceMs: first?.sinceMs });
      expect(await claim(ledger, mail)).toMatchObject({ deliveryId: mail.deliveryId });
      expect(await ledger.deliveries.resume(transport)).toBe(true);
    },
    mutant: (honest) => lying(honest, { deliveries: { pause: () => Promise.resolve() } }),
  },
];
