/** No cards for a while: from a site, or from an address. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Actor } from '../../src/approval/request.js';
import { MAX_MUTE_SECONDS } from '../../src/desk/grants/mutes.js';
import { site } from '../fixtures/sites/directory.js';
import {
  ANA,
  as,
  BO,
  chat,
  DEV,
  accessRequest,
  newTapId,
  OPERATOR,
  someone,
  STG,
  uncapped,
} from '../fixtures/desk/desk.js';
import { fixture, oneDesk, twoSites } from '../fixtures/desk/one-desk.js';

const HOUR_MS = 3_600_000;

oneDesk(twoSites);

beforeEach(async () => {
  for (const { site: muted, address } of await fixture.ledger.mutes.live())
    await fixture.ledger.mutes.unmute({ sites: [muted], address, replayKey: null }, audit(muted));
});

describe('a mute', () => {
  test('of a site keeps cards away for an hour, is audited and told', async () => {
    const answer = await mute('WWW.stg.example.org');

    expect(answer).toMatchObject({ kind: 'muted', sites: [STG], address: null });
    const { untilMs } = answer as { untilMs: number };
    expect(Math.abs(untilMs - Date.now() - HOUR_MS)).toBeLessThan(10_000);
    expect(await fixture.desk.open(accessRequest())).toEqual({ kind: 'muted', untilMs });
    expect(await fixture.desk.open(accessRequest({ site: DEV, host: DEV }))).toMatchObject({ kind: 'opened' });
    const rows = await fixture.ledger.audit.recent(5, STG);
    expect(rows.find(({ what, who }) => what === 'muted' && who === ANA)).toMatchObject({ surface: 'cli', site: STG });
    expect(fixture.events).toContainEqual({
      event: 'auth_gate.muted',
      site: STG,
      address: null,
      by: ANA,
      until: new Date(untilMs).toISOString(),
    });
  });

  test('of an address is for the sites that one decides for', async () => {
    const address = someone();

    const answer = await mute(` ${address} `, { ttlSeconds: 60 });

    expect(answer).toMatchObject({ kind: 'muted', sites: [STG], address });
    expect(await fixture.desk.open(accessRequest({ address }))).toMatchObject({ kind: 'muted' });
    expect(await fixture.desk.open(accessRequest())).toMatchObject({ kind: 'opened' });
    expect(await fixture.desk.open(accessRequest({ address, site: DEV, host: DEV }))).toMatchObject({ kind: 'opened' });
  });

  test('of an address by an operator is for every site', async () => {
    expect(await mute(someone(), { actor: OPERATOR })).toMatchObject({ kind: 'muted', sites: [DEV, STG] });
  });

  test('lasts a week at most, and is never shortened by another', async () => {
    const longest = await mute(STG, { ttlSeconds: 99_999_999 });
    const again = await mute(STG, { ttlSeconds: 60 });

    const { untilMs } = longest as { untilMs: number };
    expect(Math.abs(untilMs - Date.now() - MAX_MUTE_SECONDS * 1_000)).toBeLessThan(10_000);
    expect(again).toMatchObject({ kind: 'muted', untilMs });
  });

  test('that stands longer at one of its sites is told by the one that ends first', async () => {
    const address = someone();
    await mute(address, { ttlSeconds: 7_200 });

    const answer = await mute(address, { actor: OPERATOR, ttlSeconds: 60 });

    expect(answer).toMatchObject({ kind: 'muted', sites: [DEV, STG] });
    expect((answer as { untilMs: number }).untilMs).toBeLessThan(Date.now() + 120_000);
  });

  test.each([
    ["somebody else's site", DEV, as(ANA), 'not_an_approver_of_this_site'],
    ['any site, by nobody', STG, chat('eve'), 'chat_user_not_linked'],
    ['any address, by nobody', '10.0.0.1', chat('eve'), 'chat_user_not_linked'],
    ['any address, by the clock', '10.0.0.1', { kind: 'clock' } as const, 'not_an_approver_of_this_site'],
  ] as const)('is refused at %s', async (...[, what, actor, why]) => {
    expect(await mute(what, { actor })).toEqual({ kind: 'forbidden', why });
    expect(await fixture.ledger.mutes.live()).toEqual([]);
  });

  test.each(['', 'nowhere.example.org', '10.0.0.0/8', 'sometimes'])('of %p means nothing', async (what) => {
    expect(await mute(what, { actor: OPERATOR })).toEqual({ kind: 'unknown' });
  });

  test('by the same call twice is done once', async () => {
    const tapId = newTapId();

    expect((await mute(STG, { tapId })).kind).toBe('muted');
    expect((await mute(STG, { tapId })).kind).toBe('repeated');
  });
});

describe('an end of a mute', () => {
  test('of a site lets its cards come again, whoever muted it', async () => {
    await mute(STG, { actor: as(BO) });

    expect(await unmute(STG, as(ANA))).toEqual({ kind: 'unmuted', sites: [STG], address: null });
    expect(await fixture.desk.open(accessRequest())).toMatchObject({ kind: 'opened' });
    expect(fixture.events).toContainEqual({ event: 'auth_gate.unmuted', site: STG, address: null, by: ANA });
  });

  test('of an address leaves the site muted', async () => {
    const address = someone();
    await mute(STG);
    await mute(address);

    expect(await unmute(address)).toEqual({ kind: 'unmuted', sites: [STG], address });
    expect(await fixture.desk.open(accessRequest({ address }))).toMatchObject({ kind: 'muted' });
  });

  test('reaches no further than who ends it', async () => {
    const address = someone();
    await mute(address, { actor: OPERATOR });

    expect(await unmute(address, as(ANA))).toMatchObject({ sites: [STG] });
    expect(await fixture.desk.open(accessRequest({ address, site: DEV, host: DEV }))).toMatchObject({ kind: 'muted' });
    expect(await unmute(DEV, as(ANA))).toMatchObject({ kind: 'forbidden' });
  });

  test('by an operator reaches a site that has left sites.toml', async () => {
    const address = someone();
    await mute(DEV, { actor: OPERATOR });
    await mute(address, { actor: OPERATOR });
    fixture.setDirectory(uncapped({ sites: [site(STG, { approvers: [ANA] })] }));

    expect(await unmute(DEV, as(ANA))).toEqual({ kind: 'unknown' });
    expect(await unmute(DEV, OPERATOR)).toEqual({ kind: 'unmuted', sites: [DEV], address: null });
    expect(await unmute(address, OPERATOR)).toMatchObject({ kind: 'unmuted', sites: [DEV, STG], address });
  });

  test('of what is not muted finds nothing', async () => {
    expect(await unmute(STG)).toEqual({ kind: 'unknown' });
    expect(await unmute(someone())).toEqual({ kind: 'unknown' });
    expect(await unmute('nowhere.example.org', OPERATOR)).toEqual({ kind: 'unknown' });
  });
});

function mute(what: string, input: { actor?: Actor; ttlSeconds?: number; tapId?: string } = {}) {
  const { actor = as(ANA), ttlSeconds = null, tapId = newTapId() } = input;
  return fixture.desk.mute({ what, ttlSeconds, actor, surface: 'cli', tapId });
}

function unmute(what: string, actor: Actor = as(ANA)) {
  return fixture.desk.unmute({ what, actor, surface: 'cli', tapId: newTapId() });
}

function audit(at: string) {
  return { who: 'test', what: 'unmuted', surface: 'cli', site: at, address: null, detail: {} };
}
