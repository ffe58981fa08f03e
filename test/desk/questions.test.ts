/** What may be seen, and by whom. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { RequestId, StatusId } from '../../src/approval/brand.js';
import type { Actor, RequestRecord } from '../../src/approval/request.js';
import {
  ANA,
  as,
  BO,
  byId,
  chat,
  DEV,
  opened,
  openedForProducer,
  openFixture,
  OPERATOR,
  someone,
  STG,
  newTapId,
} from '../fixtures/desk/desk.js';
import { fixture, oneDesk, twoSites } from '../fixtures/desk/one-desk.js';

oneDesk(twoSites);

describe('what is pending', () => {
  let atStg: RequestRecord;
  let atDev: RequestRecord;
  let theirs: RequestRecord;

  beforeAll(async () => {
    atStg = await opened(fixture);
    atDev = await opened(fixture, { site: DEV, host: DEV });
    theirs = await openedForProducer(fixture, { admin: ANA });
  });

  test('an operator sees all of it', async () => {
    expect(await idsSeen(OPERATOR)).toEqual(expect.arrayContaining([atStg.id, atDev.id, theirs.id]));
  });

  test('an approver sees what it may decide, and what it was asked', async () => {
    const ids = await idsSeen(as(ANA));

    expect(ids).toEqual(expect.arrayContaining([atStg.id, theirs.id]));
    expect(ids).not.toContain(atDev.id);
  });

  test("an approver does not see a producer's request that another was asked", async () => {
    expect(await idsSeen(chat('bo'))).toEqual(expect.arrayContaining([atStg.id, atDev.id]));
    expect(await idsSeen(chat('bo'))).not.toContain(theirs.id);
  });

  test('a stranger sees nothing, and is told why', async () => {
    expect(await fixture.desk.pending({ actor: chat('eve') })).toEqual({
      kind: 'forbidden',
      why: 'chat_user_not_linked',
    });
  });

  test('is narrowed to a site by any of its names', async () => {
    expect(await idsSeen(OPERATOR, 'WWW.stg.example.org')).toEqual([atStg.id]);
    expect(await idsSeen(OPERATOR, 'app.example.net')).toEqual([theirs.id]);
  });

  test("is not narrowed to somebody else's site, and the audit names who tried", async () => {
    expect(await fixture.desk.pending({ actor: as(ANA), site: DEV })).toEqual({
      kind: 'forbidden',
      why: 'not_an_approver_of_this_site',
    });
    expect((await fixture.ledger.audit.recent(1))[0]).toMatchObject({
      who: ANA,
      what: 'forbidden',
      surface: 'page',
      site: DEV,
      detail: { verb: 'pending' },
    });
  });

  test('of a site that nobody knows is unknown', async () => {
    expect(await fixture.desk.pending({ actor: OPERATOR, site: 'nowhere.example.org' })).toEqual({ kind: 'unknown' });
    expect(await fixture.desk.pending({ actor: as(BO), site: 'app.example.net' })).toEqual({ kind: 'unknown' });
  });

  test('is shown one by one to those who may decide it', async () => {
    expect(await fixture.desk.show(byId(atDev), as(BO))).toMatchObject({ kind: 'seen', value: { id: atDev.id } });
    expect(await fixture.desk.show(byId(atDev), as(ANA))).toMatchObject({ kind: 'forbidden' });
    expect(await fixture.desk.show({ by: 'id', id: '0'.repeat(20) as RequestId }, as(ANA))).toEqual({
      kind: 'unknown',
    });
  });

  async function idsSeen(actor: Actor, named?: string): Promise<readonly RequestId[]> {
    const answer = await fixture.desk.pending({ actor, ...(named === undefined ? {} : { site: named }) });
    if (answer.kind !== 'seen') throw new Error(`expected to see, got ${answer.kind}`);
    return answer.value.map(({ id }) => id);
  }
});

describe("a visitor's page", () => {
  test('learns of its own request on its own site', async () => {
    const request = await opened(fixture);

    const found = await fixture.desk.status({ ...request, host: 'www.stg.example.org' });

    expect(found).toMatchObject({ id: request.id });
  });

  test('learns nothing from another address, another site, or another name', async () => {
    const request = await opened(fixture);

    expect(await fixture.desk.status({ ...request, address: someone() })).toBeNull();
    expect(await fixture.desk.status({ ...request, host: DEV })).toBeNull();
    expect(await fixture.desk.status({ ...request, host: 'nowhere.example.org' })).toBeNull();
    expect(await fixture.desk.status({ ...request, statusId: '0'.repeat(32) as StatusId })).toBeNull();
  });
});

describe('the history', () => {
  test('tells who did what over which surface, to those who decide there', async () => {
    const request = await opened(fixture, { site: DEV, host: DEV });
    await fixture.desk.decide({ tapId: 't', verdict: 'deny', ref: byId(request), actor: chat('bo'), surface: 'talk' });

    const forBo = await entries(as(BO));
    const forAna = await entries(as(ANA));

    expect(forBo.find((entry) => entry.requestId === request.id && entry.what === 'denied')).toMatchObject({
      who: BO,
      surface: 'talk',
      site: DEV,
      address: request.address,
    });
    expect(forAna.some((entry) => entry.requestId === request.id)).toBe(false);
    expect((await entries(OPERATOR, DEV)).every((entry) => entry.site === DEV)).toBe(true);
    expect(await fixture.desk.history({ actor: as(ANA), site: DEV })).toMatchObject({ kind: 'forbidden' });
  });

  test('is newest first over several sites', async () => {
    const times = (await entries(as(BO))).map(({ atMs }) => atMs);

    expect(times).toEqual([...times].sort((one, other) => other - one));
    expect(times.length).toBeGreaterThan(3);
  });

  test('tells an approver of what was revoked', async () => {
    const address = someone();
    await grant({ address, site: STG });
    await revoke(address, as(ANA));

    expect((await entries(as(ANA)))[0]).toMatchObject({ what: 'revoked', site: STG, address, who: ANA });
  });

  async function entries(actor: Actor, named?: string) {
    const answer = await fixture.desk.history({ actor, ...(named === undefined ? {} : { site: named }) });
    if (answer.kind !== 'seen') throw new Error(`expected to see, got ${answer.kind}`);
    return answer.value;
  }
});

test('with the database out of reach every question says so', async () => {
  const gone = await openFixture();
  const request = await opened(gone);
  await gone.ledger.close();
  const unavailable = { kind: 'unavailable' };

  expect(await gone.desk.pending({ actor: OPERATOR })).toEqual(unavailable);
  expect(await gone.desk.grants({ actor: OPERATOR })).toEqual(unavailable);
  expect(await gone.desk.history({ actor: OPERATOR })).toEqual(unavailable);
  expect(await gone.desk.show(byId(request), OPERATOR)).toEqual(unavailable);
  expect(await gone.desk.revoke({ what: '10.0.0.1', actor: OPERATOR, surface: 'cli', tapId: newTapId() })).toEqual(
    unavailable,
  );
  expect(await gone.desk.status(request)).toEqual({ kind: 'unavailable' });
  expect(await gone.desk.expire()).toBe(0);
});

function grant(input: {
  readonly address: string;
  readonly site: string;
  readonly ttlSeconds?: number | null;
  readonly actor?: Actor;
}) {
  return fixture.desk.grant({ tapId: newTapId(), ttlSeconds: null, actor: as(ANA), surface: 'cli', ...input });
}

function revoke(what: string, actor: Actor) {
  return fixture.desk.revoke({ what, actor, surface: 'cli', tapId: newTapId() });
}
