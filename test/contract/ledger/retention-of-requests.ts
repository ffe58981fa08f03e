/** Promises about the retention of requests: what is past goes in bounded batches, and what lives stays. */
import { expect } from '@jest/globals';
import type { ChannelName, RequestId } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { Ledger, OpenRequest } from '../../../src/contract/ledger.js';
import { lying, must, only, type LedgerCase, type LedgerStage, type Lie } from './case.js';
import { approval, claimOne, delivery, grantedOn, opened, openInput, SITE, sent } from './inputs.js';
import { countOf, keepsAll, OLD_MS, OLDER_THAN_MS, swept, total } from './sweeps.js';

const random = systemRandom();

async function age({ change }: LedgerStage, ids: readonly RequestId[], byMs = OLD_MS): Promise<void> {
  const by = String(byMs);
  const list = ids.map((id) => `'${id}'`).join(', ');
  await change(`
    UPDATE requests SET opened_at = opened_at - ${by}, decided_at = decided_at - ${by} WHERE id IN (${list})`);
  await change(`
    UPDATE attempts SET started_at = started_at - ${by}
    WHERE delivery_id IN (SELECT id FROM deliveries WHERE request_id IN (${list}))`);
}

/** Transports of one case alone, so that its claims are its own. */
function newTransport(): ChannelName {
  return `talk-${random.hex(4)}` as ChannelName;
}

/** A request with one card that was delivered, denied, and redrawn: nothing is left to do. */
async function ended(ledger: Ledger, change: Partial<OpenRequest> = {}): Promise<OpenRequest> {
  const { input, transport } = await shown(ledger, change);
  must(await ledger.requests.decide(approval(input, { outcome: 'denied' })), 'decided');
  await deliver(ledger, transport);
  return input;
}

/** Pending, its card delivered. */
async function shown(ledger: Ledger, change: Partial<OpenRequest> = {}) {
  const transport = newTransport();
  const input = openInput({
    approvers: [{ id: only(openInput().approvers).id, deliveries: [delivery(transport)] }],
    ...change,
  });
  must(await ledger.requests.open(input, opened), 'opened');
  await deliver(ledger, transport);
  return { input, transport };
}

async function deliver(ledger: Ledger, transport: ChannelName): Promise<void> {
  await ledger.deliveries.close([sent(only(await ledger.deliveries.claim(claimOne(transport))))]);
}

async function cardOf({ query }: LedgerStage, id: RequestId): Promise<string> {
  return String(only(await query(`SELECT id FROM deliveries WHERE request_id = '${id}' AND kind = 'card'`))['id']);
}

/** After a sweep it knows no request any more. */
const sweepsRequests: Lie = (honest) => {
  let isSwept = false;
  return lying(honest, {
    retention: {
      sweep(input) {
        isSwept = true;
        return honest.retention.sweep(input);
      },
    },
    requests: { byId: (id) => (isSwept ? Promise.resolve(null) : honest.requests.byId(id)) },
  });
};

/** Requests that live, each by another reason. */
const LIVING: Readonly<Record<string, (stage: LedgerStage) => Promise<RequestId>>> = {
  pending: async ({ ledger }) => (await shown(ledger)).input.id,
  'approved, its grant running': async ({ ledger }) => {
    const { input, transport } = await shown(ledger);
    must(await ledger.requests.decide(approval(input)), 'decided');
    await deliver(ledger, transport);
    return input.id;
  },
  'denied, its card not redrawn yet': async ({ ledger }) => {
    const { input } = await shown(ledger);
    must(await ledger.requests.decide(approval(input, { outcome: 'denied' })), 'decided');
    return input.id;
  },
  'denied, a courier just redrawing its card': async ({ ledger }) => {
    const { input, transport } = await shown(ledger);
    must(await ledger.requests.decide(approval(input, { outcome: 'denied' })), 'decided');
    only(await ledger.deliveries.claim(claimOne(transport)));
    return input.id;
  },
  'its producer not told yet': async ({ ledger }) => {
    const callback = { producer: 'jet', url: 'https://jet.example.org/outcome' };
    return (await ended(ledger, { producer: 'jet', endpoint: 'talk-approvals', window: null, callback })).id;
  },
  'the grant’s, by number, though it says nothing of it': async ({ ledger, change }) => {
    const input = await ended(ledger);
    const { id } = await grantedOn(ledger, { site: SITE, address: input.address, ttlSeconds: 600, by: 'eva' }, opened);
    await change(`UPDATE grants SET request_id = '${input.id}' WHERE id = ${String(id)}`);
    return input.id;
  },
};

export const requestRetentionCases: readonly LedgerCase[] = [
  {
    promise: 'a past request goes with whom it asked, its deliveries and attempts, and a younger one stays whole',
    async check(stage) {
      const { ledger } = stage;
      const [old, young] = [await ended(ledger), await ended(ledger)];
      await age(stage, [old.id]);

      const batches = await swept(stage, 'requests');

      expect(total(batches, 'requests')).toBe(1);
      expect([total(batches, 'deliveries'), total(batches, 'attempts')]).toEqual([1, 2]);
      expect(await ledger.requests.byId(old.id)).toBeNull();
      expect(await countOf(stage, 'asked', `request_id = '${old.id}'`)).toBe(0);
      expect(await countOf(stage, 'deliveries', `request_id = '${old.id}'`)).toBe(0);
      expect((await ledger.requests.byId(young.id))?.address).toBe(young.address);
      expect(only(await ledger.deliveries.ofRequest(young.id)).attempts).toBe(2);
    },
    mutant: keepsAll,
  },
  {
    promise: 'what lives is not touched, however old it is: neither removed nor erased, nor any attempt of it',
    async check(stage) {
      const { ledger } = stage;
      for (const [why, make] of Object.entries(LIVING)) {
        const id = await make(stage);
        await age(stage, [id]);
        const before = await ledger.requests.byId(id);
        const attempts = only(
          (await ledger.deliveries.ofRequest(id)).filter(({ recipient }) => recipient.kind !== 'callback'),
        );

        for (const what of ['request_addresses', 'attempts', 'requests'] as const) await swept(stage, what);

        expect([why, before === null]).toEqual([why, false]);
        expect([why, await ledger.requests.byId(id)]).toEqual([why, before]);
        const isFinal = why.startsWith('approved') || why.startsWith('the grant') || why.startsWith('its producer');
        if (!isFinal)
          expect([why, only(await ledger.deliveries.ofRequest(id)).attempts]).toEqual([why, attempts.attempts]);
      }
    },
    mutant: sweepsRequests,
  },
  {
    promise: 'a batch is never larger than was wished, and goes on behind what has to stay',
    async check(stage) {
      const { ledger } = stage;
      const staying = [(await shown(ledger)).input, (await shown(ledger)).input];
      await age(
        stage,
        staying.map(({ id }) => id),
        2 * OLD_MS,
      );
      const going = [await ended(ledger), await ended(ledger), await ended(ledger)];
      await age(
        stage,
        going.map(({ id }) => id),
      );

      const erased = await swept(stage, 'request_addresses', 2);
      const attempts = await swept(stage, 'attempts', 2);
      const removed = await swept(stage, 'requests', 2);

      expect(total(erased, 'requests', 'erased')).toBe(3);
      expect(total(attempts, 'attempts')).toBe(6);
      expect(total(removed, 'requests')).toBe(3);
      for (const batch of [...erased, ...attempts, ...removed]) {
        for (const count of [batch.erased['requests'], batch.removed['requests'], batch.removed['attempts']]) {
          expect(count ?? 0).toBeLessThanOrEqual(2);
        }
      }
      for (const { id } of staying) expect(await ledger.requests.byId(id)).not.toBeNull();
    },
    mutant: (honest) =>
      lying(honest, { retention: { sweep: (input) => honest.retention.sweep({ ...input, limit: input.limit + 5 }) } }),
  },
  {
    promise: 'of a past request address, path, user agent and person are erased, once, and its outcome stays',
    async check(stage) {
      const { ledger } = stage;
      const { id } = await ended(ledger, { person: 'Ana Souza' });
      await age(stage, [id]);
      const before = await ledger.requests.byId(id);

      const counts = [await swept(stage, 'request_addresses'), await swept(stage, 'request_addresses')].map((batches) =>
        total(batches, 'requests', 'erased'),
      );

      expect(counts).toEqual([1, 0]);
      const gone = { address: 'erased', path: 'erased', userAgent: 'erased', person: undefined };
      expect(before?.person).toBe('Ana Souza');
      expect(await ledger.requests.byId(id)).toEqual({ ...before, ...gone });
    },
    mutant: keepsAll,
  },
  {
    promise:
      'the delivery of a past request is past, and so is one that the ledger does not know; a younger one is not',
    async check(stage) {
      const { ledger } = stage;
      const [old, young] = [await ended(ledger), await ended(ledger)];
      await age(stage, [old.id]);
      const [ofOld, ofYoung] = [await cardOf(stage, old.id), await cardOf(stage, young.id)];
      const unknown = random.id();

      const past = await ledger.retention.past({ deliveries: [ofOld, unknown, ofYoung], olderThanMs: OLDER_THAN_MS });
      await swept(stage, 'requests');

      expect([...past].sort()).toEqual([ofOld, unknown].sort());
    },
    mutant: (honest) => lying(honest, { retention: { past: () => Promise.resolve([]) } }),
  },
  {
    promise: 'the delivery of what lives is not past, however old it is',
    async check(stage) {
      const { ledger } = stage;
      for (const [why, make] of Object.entries(LIVING)) {
        const id = await make(stage);
        await age(stage, [id]);
        const deliveries = [await cardOf(stage, id)];

        expect([why, await ledger.retention.past({ deliveries, olderThanMs: OLDER_THAN_MS })]).toEqual([why, []]);
      }
    },
    mutant: (honest) => lying(honest, { retention: { past: ({ deliveries }) => Promise.resolve(deliveries) } }),
  },
];
