import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { MailScope } from '../../src/contract/mail-routing.js';
import type { MailProvider, SenderMailbox } from '../../src/contract/mail-records.js';
import { routedMailboxes, candidates } from '../../src/mail/selection.js';

type Provider = Pick<MailProvider, 'name' | 'state'>;

interface Records {
  readonly providers: readonly Provider[];
  readonly mailboxes: readonly SenderMailbox[];
}

const state = fc.constantFrom('active', 'paused');
const some = (...names: string[]) => fc.subarray(names);

const records: fc.Arbitrary<Records> = fc.record({
  providers: fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c'), state }), {
    selector: ({ name }) => name,
  }),
  mailboxes: fc.uniqueArray(
    fc.record({
      address: fc.constantFrom('m@x', 'n@x', 'o@x', 'Z@x', 'é@x'),
      displayName: fc.constant(''),
      provider: fc.constantFrom('a', 'b', 'c', 'gone'),
      sites: some('s1', 's2'),
      producers: some('p1', 'p2'),
      priority: fc.constantFrom(0, 1, 10),
      state,
      pausedReason: fc.constant(null),
      origin: fc.constant('stored' as const),
    }),
    { selector: ({ address }) => address },
  ),
});

const scope: fc.Arbitrary<MailScope> = fc.record({
  site: fc.constantFrom(null, 's1', 's2', 's3'),
  producer: fc.constantFrom(null, 'p1', 'p2', 'p3'),
  mailbox: fc.constantFrom(null, null, 'm@x', 'n@x'),
});

const chosen = (of: Records, wanted: MailScope): readonly string[] =>
  candidates({ mailboxes: routedMailboxes(of) }, wanted).map(({ mailbox }) => mailbox);

/** The rule read aloud, one mailbox at a time. */
function oracle({ providers, mailboxes }: Records, wanted: MailScope): readonly string[] {
  const usable = mailboxes.filter(
    (mailbox) =>
      mailbox.state === 'active' &&
      providers.some(({ name, state: of }) => name === mailbox.provider && of === 'active') &&
      (wanted.mailbox === null || mailbox.address === wanted.mailbox),
  );
  const inOrder: string[] = [];
  for (const isNarrow of [true, false]) {
    const ofScope = usable.filter(({ sites, producers }) => {
      const isForAll = sites.length + producers.length === 0;
      const isNamed = sites.some((site) => site === wanted.site) || producers.some((one) => one === wanted.producer);
      return isNarrow ? isNamed : isForAll;
    });
    for (const priority of [0, 1, 10])
      inOrder.push(
        ...ofScope
          .filter((one) => one.priority === priority)
          .map(({ address }) => address)
          .sort(),
      );
  }
  return inOrder;
}

test('a mail goes from the narrowest mailbox, then the lowest priority, then by address; what is paused or gone is skipped', () => {
  fc.assert(
    fc.property(records, scope, (of, wanted) => {
      expect(chosen(of, wanted)).toEqual(oracle(of, wanted));
    }),
    { numRuns: 500 },
  );
});

test('the order of the records changes nothing', () => {
  fc.assert(
    fc.property(records, scope, (of, wanted) => {
      const backwards = { providers: [...of.providers].reverse(), mailboxes: [...of.mailboxes].reverse() };
      expect(chosen(backwards, wanted)).toEqual(chosen(of, wanted));
    }),
  );
});

test('a paused mailbox leaves the order of the others as it was', () => {
  fc.assert(
    fc.property(records, scope, fc.nat(4), (of, wanted, at) => {
      const paused = of.mailboxes[at]?.address;
      const mailboxes = of.mailboxes.map((one) =>
        one.address === paused ? { ...one, state: 'paused' as const } : one,
      );
      expect(chosen({ ...of, mailboxes }, wanted)).toEqual(chosen(of, wanted).filter((one) => one !== paused));
    }),
  );
});
