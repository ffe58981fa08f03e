/** The registry of verbs is held to the contract by the compiler, and the port is made from the registry's names. */
import { expect, test } from '@jest/globals';
import { verbsOver } from '../../src/ledger/client.js';
import type { UnitOfWork } from '../../src/ledger/unit-of-work.js';
import type { Ask, Verbs } from '../../src/ledger/verbs/verb.js';
import { verbNames, verbs } from '../../src/ledger/verbs/verbs.js';

test('a registry that lacks a verb, has one too many, or has one with other types, does not compile', () => {
  const { 'requests.decide': decide, ...lacking } = verbs;
  function* strange(): UnitOfWork<number> {
    yield* [];
    return 1;
  }

  const refused = [
    // @ts-expect-error a verb of the contract is missing
    lacking satisfies Verbs,
    // @ts-expect-error the contract has no such verb
    { ...lacking, 'requests.decide': decide, 'requests.forget': decide } satisfies Verbs,
    // @ts-expect-error it answers something else
    { ...lacking, 'requests.decide': { mode: 'write', unitOfWork: strange } } satisfies Verbs,
    // @ts-expect-error it is asked with something else
    { ...verbs, ping: { mode: 'read', unitOfWork: verbs.canary.unitOfWork } } satisfies Verbs,
  ];

  expect(refused).toHaveLength(4);
});

test('every verb of the registry is asked by its name, with its input as it was given', async () => {
  const asked: (readonly unknown[])[] = [];
  const ask = (...call: readonly unknown[]): Promise<number> => Promise.resolve(asked.push(call));
  const port = verbsOver(ask as Ask);

  await port.audit.recent(3);
  await port.grants.livePage(0, 10);
  await port.ping();

  expect(asked).toEqual([['audit.recent', 3], ['grants.livePage', 0, 10], ['ping']]);
  expect(namesIn(port)).toEqual([...verbNames].sort());
});

function namesIn(port: object): readonly string[] {
  const names = Object.entries(port).flatMap(([key, entry]: [string, unknown]) =>
    typeof entry === 'function' ? [key] : Object.keys(entry as object).map((verb) => `${key}.${verb}`),
  );
  return names.sort();
}
