/** Nobody is let in by an address that is a proxy's, this machine's, or no single visitor's: whoever asks, and in whatever way. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { VisitorAddress } from '../../src/approval/brand.js';
import type { Actor } from '../../src/approval/request.js';
import type { GrantAnswer } from '../../src/contract/desk.js';
import {
  ANA,
  as,
  BO,
  byId,
  chat,
  accessRequest,
  newTapId,
  opened,
  OPERATOR,
  openFixture,
  producerRequest,
  STG,
  tap,
  uncapped,
  type Fixture,
} from '../fixtures/desk/desk.js';

/** The fixture trusts proxies at 192.0.2.10, in 198.18.0.0/15 and 2001:db8:ffff::/48, and at 2001:db8:1:2::5, behind an edge in 192.0.2.128/25. */
const OF_PROXIES = [
  '127.0.0.1',
  '127.9.9.9',
  '::/64',
  '169.254.7.7',
  '192.0.2.10',
  '192.0.2.129',
  '198.18.0.1',
  '198.19.255.255',
  '2001:db8:ffff:7::/64',
] as readonly string[] as readonly VisitorAddress[];
const OF_NOBODY = [
  '0.0.0.0',
  '0.1.2.3',
  '224.0.0.1',
  '255.255.255.255',
  'fe80::/64',
  'febf::/64',
  'ff02::/64',
  '64:ff9b::/64',
  '64:ff9b:1:cb00::/64',
  '2002:cb00:7107::/64',
  '2001:0:4136:e378::/64',
] as readonly string[] as readonly VisitorAddress[];
/** Near them, and somebody's. */
const OF_VISITORS = [
  '192.0.2.11',
  '198.20.0.1',
  '203.0.113.7',
  '10.1.2.3',
  '2001:db8:1:2::/64',
  '2001:db8:fffe::/64',
  'fec0::/64',
  'fd00::/64',
] as readonly string[] as readonly VisitorAddress[];

let fixture: Fixture;

beforeAll(async () => {
  fixture = await openFixture();
});

beforeEach(() => setAllowed(false));

afterAll(() => fixture.close());

describe('a visitor', () => {
  test.each(OF_PROXIES)('%s: no request is opened, and nothing is written', async (address) => {
    const before = await auditRows();

    expect(await fixture.desk.open(accessRequest({ address }))).toEqual({ kind: 'address_of_a_proxy' });
    expect([await pending(address), await auditRows()]).toEqual([0, before]);
  });

  test.each(OF_NOBODY)('%s: neither', async (address) => {
    expect(await fixture.desk.open(accessRequest({ address }))).toEqual({ kind: 'address_of_nobody' });
    expect(await pending(address)).toBe(0);
  });

  test.each(OF_VISITORS)('%s may ask', async (address) => {
    expect((await fixture.desk.open(accessRequest({ address }))).kind).toBe('opened');
  });

  test.each(OF_PROXIES)('%s may ask where the site allows it', async (address) => {
    setAllowed(true);

    expect((await fixture.desk.open(accessRequest({ address }))).kind).toBe('opened');
  });

  test.each(OF_NOBODY)('%s may not, whatever the site allows', async (address) => {
    setAllowed(true);

    expect(await fixture.desk.open(accessRequest({ address }))).toEqual({ kind: 'address_of_nobody' });
  });
});

describe("a producer's request", () => {
  test.each(OF_PROXIES)('for our site and %s is refused', async (address) => {
    const before = await pending(address);

    expect(await fixture.desk.openForProducer(producerRequest({ host: STG, address }))).toEqual({
      kind: 'address_of_a_proxy',
    });
    expect(await pending(address)).toBe(before);
  });

  test('for our site is not refused where the site allows it', async () => {
    setAllowed(true);

    expect((await fixture.desk.openForProducer(producerRequest({ host: STG, address: local() }))).kind).toBe('opened');
  });

  test('for a host of its own is refused by loopback, and not by our proxies', async () => {
    const kindFor = async (address: string): Promise<string> =>
      (await fixture.desk.openForProducer(producerRequest({ address: address as VisitorAddress }))).kind;

    expect([await kindFor('127.0.0.1'), await kindFor('fe80::/64'), await kindFor('192.0.2.10')]).toEqual([
      'address_of_a_proxy',
      'address_of_nobody',
      'opened',
    ]);
  });

  test('for a site of ours that another approver decides for is refused, too', async () => {
    const answer = await fixture.desk.openForProducer(
      producerRequest({ host: 'dev.example.org', admin: ANA, address: local() }),
    );

    expect(answer).toEqual({ kind: 'address_of_a_proxy' });
  });
});

describe('a request that is open already, once the site allows it no more', () => {
  test.each([
    ['the confirm page', as(ANA), 'page'],
    ['a chat', chat('ana'), 'talk'],
    ['the command line', OPERATOR, 'cli'],
  ] as const)('is not approved over %s, and may be denied', async (_, actor, surface) => {
    setAllowed(true);
    const address = local();
    const request = await opened(fixture, { address });
    setAllowed(false);

    const approved = await fixture.desk.decide({ ...tap(request, newTapId()), actor, surface });
    const grant = await fixture.ledger.grants.find(STG, address);
    const denied = await fixture.desk.decide({ ...tap(request, newTapId()), verdict: 'deny', actor, surface });

    expect([approved, grant]).toEqual([{ kind: 'forbidden', why: 'address_of_a_proxy' }, null]);
    expect(denied).toMatchObject({ kind: 'decided', decision: { outcome: 'denied' } });
  });

  test('says who decided it where somebody has', async () => {
    setAllowed(true);
    const request = await opened(fixture, { address: local() });
    await fixture.desk.decide(tap(request, newTapId()));
    setAllowed(false);

    expect((await fixture.desk.decide(tap(request, newTapId()))).kind).toBe('already');
  });

  test('has its grant not extended', async () => {
    setAllowed(true);
    const request = await opened(fixture, { address: local() });
    await fixture.desk.decide({ ...tap(request, newTapId()), ttlSeconds: 60 });
    setAllowed(false);

    const input = { ref: byId(request), ttlSeconds: 3_600, tapId: newTapId() };
    const answers = await Promise.all([
      fixture.desk.extend({ ...input, actor: as(ANA), surface: 'page' }),
      fixture.desk.extend({ ...input, tapId: newTapId(), actor: OPERATOR, surface: 'cli' }),
    ]);

    expect(answers).toEqual([
      { kind: 'forbidden', why: 'address_of_a_proxy' },
      { kind: 'forbidden', why: 'address_of_a_proxy' },
    ]);
  });
});

describe('a grant by hand', () => {
  const grant = (address: string, actor: Actor, surface: string): Promise<GrantAnswer> =>
    fixture.desk.grant({ address, site: STG, ttlSeconds: null, actor, surface, tapId: newTapId() });

  test.each([
    ['an approver in a chat', chat('ana'), 'talk'],
    ['an approver', as(BO), 'page'],
    ['an operator elsewhere than at the command line', OPERATOR, 'page'],
  ] as const)('of %s is not written', async (_, actor, surface) => {
    for (const address of ['127.0.0.1', '::1', '192.0.2.10', '::ffff:127.0.0.1', '2001:db8:ffff::9'])
      expect(await grant(address, actor, surface)).toEqual({ kind: 'forbidden', why: 'address_of_a_proxy' });
  });

  test('of an operator at the command line is written, and says what it means', async () => {
    expect(await grant('127.7.7.7', OPERATOR, 'cli')).toMatchObject({ kind: 'granted', isProxyAddress: true });
    expect(await fixture.ledger.grants.find(STG, '127.7.7.7' as VisitorAddress)).not.toBeNull();
  });

  test('of a visitor says nothing of the kind', async () => {
    expect(await grant('203.0.113.200', OPERATOR, 'cli')).not.toHaveProperty('isProxyAddress');
  });

  test.each(['0.0.0.0', '::', 'fe80::1', 'fe80::/64', '64:ff9b::/64', 'ff02::1'])(
    'for %s is written for nobody',
    async (address) => {
      setAllowed(true);

      expect(await grant(address, OPERATOR, 'cli')).toEqual({ kind: 'forbidden', why: 'address_of_nobody' });
    },
  );

  test('for an address that is carried is for what it carries', async () => {
    expect(await grant('64:ff9b::203.0.113.99', OPERATOR, 'cli')).toMatchObject({ grant: { address: '203.0.113.99' } });
  });
});

let lastLocal = 0;

/** A loopback address that nobody had before: an address has a window of its own. */
function local(): VisitorAddress {
  lastLocal += 1;
  return `127.44.0.${String(lastLocal)}` as VisitorAddress;
}

function setAllowed(allowProxyAddress: boolean): void {
  const usual = uncapped();
  const sites = usual.sites.map((one) => ({ ...one, allowProxyAddress }));
  fixture.setDirectory(uncapped({ sites }));
}

async function pending(address: VisitorAddress): Promise<number> {
  return (await fixture.ledger.requests.pending(1_000)).filter((request) => request.address === address).length;
}

async function auditRows(): Promise<number> {
  return (await fixture.ledger.audit.recent(1_000)).length;
}
