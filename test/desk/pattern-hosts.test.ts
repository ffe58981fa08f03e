/** Preview hosts: asked for, granted, revoked and muted one by one, and all together by their pattern. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { SiteKey, VisitorAddress } from '../../src/approval/brand.js';
import type { Actor } from '../../src/approval/request.js';
import { approver, directory, site } from '../fixtures/sites/directory.js';
import {
  ANA,
  as,
  BO,
  accessRequest,
  newTapId,
  openFixture,
  OPERATOR,
  someone,
  STG,
  tap,
  type Fixture,
} from '../fixtures/desk/desk.js';

const PATTERN = '*.preview.example.org' as SiteKey;
const A = 'a.preview.example.org' as SiteKey;
const B = 'b.preview.example.org' as SiteKey;

let fixture: Fixture;

beforeEach(async () => {
  fixture = await openFixture(
    directory({
      sites: [
        site(PATTERN, { approvers: [ANA], notifiers: ['talk'] as never }),
        site(STG, { approvers: [BO], notifiers: ['talk'] as never }),
      ],
      approvers: [approver(ANA, { talk: 'ana' }), approver(BO, { talk: 'bo' })],
      maxPendingPerApprover: 100,
    }),
  );
});
afterEach(() => fixture.close());

const acting = (actor: Actor = as(ANA)) => ({ actor, surface: 'cli', tapId: newTapId() });
const grant = (host: string, address: VisitorAddress) =>
  fixture.desk.grant({ ...acting(), site: host, address, ttlSeconds: null });
const granted = async (actor: Actor, host?: string): Promise<unknown> => {
  const answer = await fixture.desk.grants({ actor, ...(host === undefined ? {} : { site: host }) });
  return answer.kind === 'seen' ? answer.value.map(({ site: key }) => key).sort() : answer.kind;
};

test('an approval lets in at the very host', async () => {
  const address = someone();
  const open = await fixture.desk.open(accessRequest({ site: A, host: A, address }));
  if (open.kind !== 'opened') throw new Error(open.kind);

  await fixture.desk.decide(tap(open.request));

  expect(open.request).toMatchObject({ site: A, host: A });
  expect(await fixture.ledger.grants.find(A, address)).toMatchObject({ site: A, grantedBy: ANA });
  expect(await fixture.ledger.grants.find(B, address)).toBeNull();
});

test('a grant by hand is for a host, and never for the pattern', async () => {
  expect(await grant(A, someone())).toMatchObject({ kind: 'granted', grant: { site: A } });
  expect(await grant(PATTERN, someone())).toEqual({ kind: 'unknown_site' });
});

test('grants are listed by host, by pattern, and as those of the own sites', async () => {
  for (const host of [A, B]) await grant(host, someone());
  await fixture.desk.grant({ ...acting(OPERATOR), site: STG, address: someone(), ttlSeconds: null });

  expect(await granted(as(ANA))).toEqual([A, B]);
  expect(await granted(as(ANA), A)).toEqual([A]);
  expect(await granted(as(ANA), PATTERN)).toEqual([A, B]);
  expect(await granted(as(BO))).toEqual([STG]);
  expect(await granted(as(BO), A)).toBe('forbidden');
  expect(await granted(OPERATOR)).toEqual([A, B, STG]);
});

test('an address is revoked at all hosts behind the pattern, by number at one', async () => {
  const address = someone();
  for (const host of [A, B]) await grant(host, address);
  const one = await fixture.ledger.grants.find(A, address);

  const stranger = await fixture.desk.revoke({ ...acting(as(BO)), what: address });
  const byNumber = await fixture.desk.revoke({ ...acting(), what: String(one?.id) });
  const left = await granted(as(ANA));
  const byAddress = await fixture.desk.revoke({ ...acting(), what: address });

  expect(stranger).toEqual({ kind: 'unknown' });
  expect([byNumber, left, byAddress]).toMatchObject([{ kind: 'revoked' }, [B], { kind: 'revoked' }]);
  expect(await granted(as(ANA))).toEqual([]);
});

test('pending requests and the past are told by host and by pattern', async () => {
  for (const host of [A, B]) await fixture.desk.open(accessRequest({ site: host, host }));
  await fixture.desk.open(accessRequest());
  const hostsOf = (answer: Awaited<ReturnType<Fixture['desk']['pending']>>): unknown =>
    answer.kind === 'seen' ? answer.value.map(({ host }) => host).sort() : answer;
  const past = async (of: { actor: Actor; site?: string }): Promise<unknown> => {
    const answer = await fixture.desk.history(of);
    return answer.kind === 'seen' ? [...new Set(answer.value.map((entry) => entry.site))].sort() : answer;
  };

  expect(hostsOf(await fixture.desk.pending({ actor: as(ANA) }))).toEqual([A, B]);
  expect(hostsOf(await fixture.desk.pending({ actor: as(ANA), site: PATTERN }))).toEqual([A, B]);
  expect(hostsOf(await fixture.desk.pending({ actor: as(ANA), site: B }))).toEqual([B]);
  expect(await past({ actor: as(ANA) })).toEqual([A, B]);
  expect(await past({ actor: as(ANA), site: PATTERN })).toEqual([A, B]);
  expect(await past({ actor: as(ANA), site: A })).toEqual([A]);
  expect(await past({ actor: as(BO) })).toEqual([STG]);
});

test('a mute is for the host, for the pattern, or for an address at all of its hosts', async () => {
  const address = someone();
  const at = async (host: SiteKey, from = someone()): Promise<string> =>
    (await fixture.desk.open(accessRequest({ site: host, host, address: from }))).kind;

  await fixture.desk.mute({ ...acting(), what: A, ttlSeconds: null });
  const ofHost = [await at(A), await at(B)];
  await fixture.desk.unmute({ ...acting(), what: A });
  await fixture.desk.mute({ ...acting(), what: address, ttlSeconds: null });
  const ofAddress = [await at(A, address), await at(A)];
  await fixture.desk.unmute({ ...acting(), what: address });
  await fixture.desk.mute({ ...acting(), what: PATTERN, ttlSeconds: null });
  const ofPattern = [await at(A), await at(B), await at(STG)];

  expect([ofHost, ofAddress, ofPattern]).toEqual([
    ['muted', 'opened'],
    ['muted', 'opened'],
    ['muted', 'muted', 'opened'],
  ]);
});
