/** Who may decide, at the moment of the tap. */
import { describe, expect, test } from '@jest/globals';
import { approver, site } from '../fixtures/sites/directory.js';
import {
  ANA,
  as,
  BO,
  chat,
  DEV,
  opened,
  openedForProducer,
  OPERATOR,
  STG,
  tap,
  usualDirectory,
} from '../fixtures/desk/desk.js';
import { fixture, oneDesk } from '../fixtures/desk/one-desk.js';

oneDesk();

describe('who may decide', () => {
  test('not an approver of another site: nothing changes, and the audit names who tried', async () => {
    const request = await opened(fixture, { site: DEV, host: DEV });

    const answer = await fixture.desk.decide(tap(request));

    expect(answer).toEqual({ kind: 'forbidden', why: 'not_an_approver_of_this_site' });
    expect((await fixture.ledger.requests.byId(request.id))?.decision).toBeNull();
    expect((await fixture.ledger.audit.recent(1))[0]).toMatchObject({
      who: ANA,
      what: 'forbidden',
      surface: 'page',
      site: DEV,
      requestId: request.id,
      detail: { verb: 'approve', why: 'not_an_approver_of_this_site' },
    });
  });

  test('not an approver who was asked and has left the site since', async () => {
    const request = await opened(fixture);
    fixture.setDirectory(usualDirectory({ sites: [site(STG, { approvers: [BO] })] }));

    expect(await fixture.desk.decide(tap(request))).toMatchObject({ kind: 'forbidden' });
    expect(await fixture.desk.decide({ ...tap(request), actor: as(BO) })).toMatchObject({ kind: 'decided' });
  });

  test('nobody but an operator once the site has left sites.toml', async () => {
    const request = await opened(fixture);
    fixture.setDirectory(usualDirectory({ sites: [] }));

    expect(await fixture.desk.decide(tap(request))).toMatchObject({ kind: 'forbidden' });
    expect(await fixture.desk.decide({ ...tap(request), actor: OPERATOR, surface: 'cli' })).toMatchObject({
      kind: 'decided',
      decision: { by: 'operator:root', over: 'cli' },
    });
  });

  test('the one approver whom a chat user is', async () => {
    const request = await opened(fixture);

    const answer = await fixture.desk.decide({ ...tap(request), actor: chat('bo'), surface: 'talk' });

    expect(answer).toMatchObject({ kind: 'decided', decision: { by: BO, over: 'talk' } });
  });

  test('not a chat user whom nobody knows', async () => {
    const request = await opened(fixture);

    const answer = await fixture.desk.decide({ ...tap(request), actor: chat('eve'), surface: 'talk' });

    expect(answer).toEqual({ kind: 'forbidden', why: 'chat_user_not_linked' });
    expect((await fixture.ledger.audit.recent(1))[0]).toMatchObject({ who: 'talk:home:eve', what: 'forbidden' });
  });

  test('not a chat account that two approvers of the site share', async () => {
    fixture.setDirectory(
      usualDirectory({ approvers: [approver(ANA, { talk: 'team' }), approver(BO, { talk: 'team' })] }),
    );
    const request = await opened(fixture);

    expect(await fixture.desk.decide({ ...tap(request), actor: chat('team') })).toEqual({
      kind: 'forbidden',
      why: 'chat_user_linked_to_several',
    });
  });

  test("for a producer's own host: whoever was asked, and nobody else", async () => {
    const request = await openedForProducer(fixture, { admin: ANA });

    expect(await fixture.desk.decide({ ...tap(request), actor: as(BO) })).toMatchObject({ kind: 'forbidden' });
    expect(await fixture.desk.decide(tap(request))).toMatchObject({ kind: 'decided' });
  });

  test.each([{ kind: 'producer', name: 'jet' } as const, { kind: 'clock' } as const])(
    'never the $kind',
    async (actor) => {
      const request = await opened(fixture);

      expect(await fixture.desk.decide({ ...tap(request), actor })).toMatchObject({ kind: 'forbidden' });
    },
  );
});
