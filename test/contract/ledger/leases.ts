/** Promises about leases: one owner at a time, whoever races, by the database's clock. */
import { expect } from '@jest/globals';
import { systemRandom } from '../../../src/base/crypto/random.js';
import { lying, type LedgerCase } from './case.js';

const random = systemRandom();
const RACERS = 30;

function newName(): string {
  return `socket:${random.id()}`;
}

export const leaseCases: readonly LedgerCase[] = [
  {
    promise: `of ${String(RACERS)} that want a lease at once one gets it, and keeps it while it renews`,
    async check({ processes }) {
      const name = newName();
      const owners = Array.from({ length: RACERS }, () => random.hex(16));

      const taken = await Promise.all(
        owners.map((owner, racer) =>
          processes[racer % 3 === 0 ? 0 : racer % 3 === 1 ? 1 : 2].leases.take({ name, owner, leaseMs: 60_000 }),
        ),
      );

      const winners = owners.filter((_, racer) => taken[racer]);
      expect(winners).toHaveLength(1);
      const [winner = ''] = winners;
      expect(await processes[1].leases.take({ name, owner: winner, leaseMs: 60_000 })).toBe(true);
      expect(await processes[2].leases.take({ name, owner: random.hex(16), leaseMs: 60_000 })).toBe(false);
    },
    mutant: (honest) =>
      lying(honest, { leases: { take: (input) => honest.leases.take({ ...input, name: input.name + input.owner }) } }),
  },
  {
    promise: 'a lease that is over is anybody’s, and then no longer the first owner’s',
    async check({ ledger }) {
      const [name, first, second] = [newName(), random.hex(16), random.hex(16)];
      expect(await ledger.leases.take({ name, owner: first, leaseMs: 0 })).toBe(true);

      expect(await ledger.leases.take({ name, owner: second, leaseMs: 60_000 })).toBe(true);

      expect(await ledger.leases.take({ name, owner: first, leaseMs: 60_000 })).toBe(false);
    },
    mutant: (honest) =>
      lying(honest, { leases: { take: (input) => honest.leases.take({ ...input, leaseMs: 60_000 }) } }),
  },
  {
    promise: 'a renewed lease lasts from now, and not only to its first end',
    async check({ ledger }) {
      const [name, owner] = [newName(), random.hex(16)];
      await ledger.leases.take({ name, owner, leaseMs: 0 });
      await ledger.leases.take({ name, owner, leaseMs: 60_000 });

      expect(await ledger.leases.take({ name, owner: random.hex(16), leaseMs: 60_000 })).toBe(false);
    },
    mutant: (honest) => lying(honest, { leases: { take: (input) => honest.leases.take({ ...input, leaseMs: 0 }) } }),
  },
  {
    promise: 'a lease given back is free at once, and nobody gives back another’s',
    async check({ ledger }) {
      const [name, owner, other] = [newName(), random.hex(16), random.hex(16)];
      await ledger.leases.take({ name, owner, leaseMs: 60_000 });

      await ledger.leases.giveBack({ name, owner: other });
      expect(await ledger.leases.take({ name, owner: other, leaseMs: 60_000 })).toBe(false);
      await ledger.leases.giveBack({ name, owner });

      expect(await ledger.leases.take({ name, owner: other, leaseMs: 60_000 })).toBe(true);
    },
    mutant: (honest) => {
      const owners = new Map<string, string>();
      return lying(honest, {
        leases: {
          async take(input) {
            const isTaken = await honest.leases.take(input);
            if (isTaken) owners.set(input.name, input.owner);
            return isTaken;
          },
          giveBack: ({ name, owner }) => honest.leases.giveBack({ name, owner: owners.get(name) ?? owner }),
        },
      });
    },
  },
];
