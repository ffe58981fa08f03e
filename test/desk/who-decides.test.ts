/** Who may decide, at the moment of the tap. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { approver, site } from './directory.js';
import {
  ANA,
  as,
  BO,
  chat,
  DEV,
  opened,
  openedForProducer,
  openWorld,
  OPERATOR,
  STG,
  tap,
  usualDirectory,
  type World,
} from './world.js';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

beforeEach(() => {
  world.setDirectory(usualDirectory({ maxPendingPerApprover: 1_000 }));
});

afterAll(() => world.close());

describe('who may decide', () => {
  test('not an approver of another site: nothing changes, and the audit names who tried', async () => {
    const request = await opened(world, { site: DEV, host: DEV });

    const answer = await world.desk.decide(tap(request));

    expect(answer).toEqual({ kind: 'forbidden', why: 'not_an_approver_of_this_site' });
    expect((await world.ledger.requests.byId(request.id))?.decision).toBeNull();
    expect((await world.ledger.audit.recent(1))[0]).toMatchObject({
      who: ANA,
      what: 'forbidden',
      surface: 'page',
      site: DEV,
      requestId: request.id,
      detail: { verb: 'approve', why: 'not_an_approver_of_this_site' },
    });
  });

  test('not an approver who was asked and has left the site since', async () => {
    const request = await opened(world);
    world.setDirectory(usualDirectory({ sites: [site(STG, { approvers: [BO] })] }));

    expect(await world.desk.decide(tap(request))).toMatchObject({ kind: 'forbidden' });
    expect(await world.desk.decide({ ...tap(request), actor: as(BO) })).toMatchObject({ kind: 'decided' });
  });

  test('nobody but an operator once the site has left sites.toml', async () => {
    const request = await opened(world);
    world.setDirectory(usualDirectory({ sites: [] }));

    expect(await world.desk.decide(tap(request))).toMatchObject({ kind: 'forbidden' });
    expect(await world.desk.decide({ ...tap(request), actor: OPERATOR, surface: 'cli' })).toMatchObject({
      kind: 'decided',
      decision: { by: 'operator:root', over: 'cli' },
    });
  });

  test('the one approver whom a chat user is', async () => {
    const request = await opened(world);

    const answer = await world.desk.decide({ ...tap(request), actor: chat('bo'), surface: 'talk' });

    expect(answer).toMatchObject({ kind: 'decided', decision: { by: BO, over: 'talk' } });
  });

  test('not a chat user whom nobody knows', async () => {
    const request = await opened(world);

    const answer = await world.desk.decide({ ...tap(request), actor: chat('eve'), surface: 'talk' });

    expect(answer).toEqual({ kind: 'forbidden', why: 'chat_user_not_linked' });
    expect((await world.ledger.audit.recent(1))[0]).toMatchObject({ who: 'talk:home:eve', what: 'forbidden' });
  });

  test('not a chat account that two approvers of the site share', async () => {
    world.setDirectory(
      usualDirectory({ approvers: [approver(ANA, { talk: 'team' }), approver(BO, { talk: 'team' })] }),
    );
    const request = await opened(world);

    expect(await world.desk.decide({ ...tap(request), actor: chat('team') })).toEqual({
      kind: 'forbidden',
      why: 'chat_user_linked_to_several',
    });
  });

  test("for a producer's own host: whoever was asked, and nobody else", async () => {
    const request = await openedForProducer(world, { admin: ANA });

    expect(await world.desk.decide({ ...tap(request), actor: as(BO) })).toMatchObject({ kind: 'forbidden' });
    expect(await world.desk.decide(tap(request))).toMatchObject({ kind: 'decided' });
  });

  test.each([{ kind: 'producer', name: 'jet' } as const, { kind: 'clock' } as const])(
    'never the $kind',
    async (actor) => {
      const request = await opened(world);

      expect(await world.desk.decide({ ...tap(request), actor })).toMatchObject({ kind: 'forbidden' });
    },
  );
});
