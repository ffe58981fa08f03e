/** Promises about requests and audit entries as they are read again. */
import { expect } from '@jest/globals';
import type { RequestId } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import { heard, lying, must, only, type LedgerCase } from './case.js';
import { approval, opened, openInput, producerInput, SITE } from './inputs.js';

const random = systemRandom();

export const recordCases: readonly LedgerCase[] = [
  {
    promise: 'an opened request is found by token, id, prefix, status id and visitor, with every fact it came with',
    async check({ ledger }) {
      const input = openInput({ theirConfirmUrl: 'https://jet.example.org/req/x' });
      const { request } = must(await ledger.requests.open(input, opened), 'opened');

      const found = [
        await ledger.requests.byTokenHash(input.tokenHash),
        await ledger.requests.byId(input.id),
        only(await ledger.requests.byPrefix(input.id.slice(0, 12), 5)),
        await ledger.requests.byStatusId(input.statusId),
        await ledger.requests.latestOf(SITE, input.address),
        (await ledger.requests.pending(500)).find(({ id }) => id === input.id),
        (await ledger.requests.recent(500)).find(({ id }) => id === input.id),
      ];

      expect(found).toEqual(found.map(() => request));
      const { id, statusId, tokenPrefix, producer, site, host, environment, path, address, country, browser } = input;
      const { userAgent, theirConfirmUrl, grantTtlSeconds } = input;
      expect(request).toMatchObject({ id, statusId, tokenPrefix, producer, site, host, environment, path, address });
      expect(request).toMatchObject({ country, browser, userAgent, theirConfirmUrl, grantTtlSeconds, decision: null });
      expect(request.deadlineAtMs - request.openedAtMs).toBe(600_000);
      expect(await ledger.requests.byPrefix('%', 5)).toEqual([]);
    },
    mutant: (honest) =>
      lying(honest, {
        requests: {
          open: (input, audit) => honest.requests.open({ ...input, path: '/' }, audit),
        },
      }),
  },
  {
    promise: 'a request tells who had signed in, and one of nobody tells nothing',
    async check({ ledger }) {
      const person = 'Ana Souza (ana@example.org, Koder ID)';
      const [named, unnamed] = [openInput({ person }), openInput()];
      for (const input of [named, unnamed]) must(await ledger.requests.open(input, opened), 'opened');

      expect((await ledger.requests.byId(named.id))?.person).toBe(person);
      expect(await ledger.requests.byId(unnamed.id)).not.toHaveProperty('person');
    },
    mutant: (honest) =>
      lying(honest, {
        requests: { open: (input, audit) => honest.requests.open({ ...input, person: 'Somebody' }, audit) },
      }),
  },
  {
    promise: 'the same token opens once',
    async check({ processes, query }) {
      const input = producerInput();
      const same = () => ({ ...input, ...{ id: random.id() as RequestId, statusId: openInput().statusId } });

      const outcomes = await Promise.all(processes.map((ledger) => ledger.requests.open(same(), opened)));

      expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['opened', 'token_taken', 'token_taken']);
      expect(await query(`SELECT id FROM requests WHERE token_hash = '${input.tokenHash}'`)).toHaveLength(1);
    },
    mutant: (honest) =>
      lying(honest, {
        requests: {
          open: (input, audit) => honest.requests.open({ ...input, tokenHash: openInput().tokenHash }, audit),
        },
      }),
  },
  {
    promise: 'the audit trail is read newest first, and by site',
    async check({ ledger }) {
      const site = `${random.id()}.example.org`;
      await ledger.audit.add({ ...opened, site, what: 'forbidden', detail: { why: 'x', times: 2, odd: null } }, null);
      await ledger.audit.add({ ...opened, site, what: 'reloaded' }, null);
      await ledger.audit.add({ ...opened, site: 'other' }, null);

      const rows = await ledger.audit.recent(10, site);

      expect(rows.map(({ what }) => what)).toEqual(['reloaded', 'forbidden']);
      expect(rows[1]).toMatchObject({
        who: 'visitor',
        site,
        requestId: null,
        detail: { why: 'x', times: 2, odd: null },
      });
      expect(rows[1]?.atMs).toEqual(expect.any(Number));
      expect(await ledger.audit.recent(1)).toHaveLength(1);
    },
    mutant: (honest) => lying(honest, { audit: { recent: (limit) => honest.audit.recent(limit) } }),
  },
  {
    promise: 'the canary is the first one ever written',
    async check({ ledger }) {
      const first = await ledger.canary('sealed-once');

      expect(await ledger.canary(random.id())).toBe(first);
      await ledger.ping();
    },
    mutant: (honest) => ({ ...honest, canary: (sealed) => Promise.resolve(sealed) }),
  },
  {
    promise: 'a decision is told to every process, this one included: the grant, the outcome and what is due',
    async check({ processes }) {
      const input = producerInput();
      const [acting] = processes;
      const told = processes.flatMap((ledger) => [
        heard(ledger, (change) => change.kind === 'request' && change.id === input.id && change.outcome === null),
        heard(ledger, (change) => change.kind === 'granted' && change.grant.requestId === input.id),
        heard(ledger, (change) => change.kind === 'request' && change.id === input.id && change.outcome === 'approved'),
        heard(ledger, (change) => change.kind === 'due' && change.transports.includes('webhook')),
      ]);

      const [changes] = await Promise.all([
        Promise.all(told),
        acting.requests.open(input, opened).then(() => acting.requests.decide(approval(input))),
      ]);

      expect(changes).toHaveLength(12);
    },
    mutant: (honest) => ({ ...honest, subscribe: () => undefined }),
  },
];
