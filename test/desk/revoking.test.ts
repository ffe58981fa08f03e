/** Revoking: what ends, and for whom. */
import { describe, expect, test } from '@jest/globals';
import { approver, site } from '../fixtures/sites/directory.js';
import { ANA, as, BO, chat, DEV, OPERATOR, someone, STG, usualDirectory, newTapId } from '../fixtures/desk/desk.js';
import { fixture, oneDesk, twoSites } from '../fixtures/desk/one-desk.js';
import { approved, grant, revoke } from '../fixtures/desk/by-hand.js';

oneDesk(twoSites);

describe('revoking', () => {
  test('by address reaches the sites that the actor decides for, and no other', async () => {
    const address = someone();
    await grant({ address, site: STG, actor: OPERATOR });
    await grant({ address, site: DEV, actor: OPERATOR });

    const answer = await revoke(address, as(ANA));

    expect(answer).toMatchObject({ kind: 'revoked', grants: [{ site: STG, address }] });
    expect(await fixture.ledger.grants.find(STG, address)).toBeNull();
    expect(await fixture.ledger.grants.find(DEV, address)).not.toBeNull();
    expect(fixture.events.at(-1)).toMatchObject({ event: 'auth_gate.revoked', site: STG, address, by: ANA });
  });

  test('by number ends that grant', async () => {
    const address = someone();
    const made = await grant({ address, site: STG });
    const { id } = (made as { grant: { id: number } }).grant;

    expect(await revoke(String(id), chat('ana'))).toMatchObject({ kind: 'revoked', grants: [{ id }] });
    expect(await revoke(String(id), as(ANA))).toEqual({ kind: 'unknown' });
  });

  test("does not reach another site's grant by its number", async () => {
    const address = someone();
    const made = await grant({ address, site: DEV, actor: OPERATOR });
    const { id } = (made as { grant: { id: number } }).grant;

    expect(await revoke(String(id), as(ANA))).toEqual({ kind: 'unknown' });
    expect(await fixture.ledger.grants.find(DEV, address)).not.toBeNull();
  });

  test('by an operator reaches a site that has left sites.toml', async () => {
    const address = someone();
    await grant({ address, site: DEV, actor: OPERATOR });
    fixture.setDirectory(usualDirectory({ sites: [] }));

    expect(await revoke(address, as(BO))).toMatchObject({ kind: 'forbidden' });
    expect(await revoke(address, OPERATOR)).toMatchObject({ kind: 'revoked', grants: [{ site: DEV }] });
  });

  test("by the start of a request's id ends what its approval gave, and says so to its cards", async () => {
    const request = await approved();

    const answer = await revoke(request.id.slice(0, 8), chat('ana'));

    expect(answer).toMatchObject({ kind: 'revoked', grants: [{ site: STG, address: request.address }] });
    const ended = await fixture.ledger.requests.byId(request.id);
    expect(ended?.decision).toMatchObject({ outcome: 'approved', revocation: { by: ANA } });
    expect((await fixture.ledger.audit.recent(1))[0]).toMatchObject({
      who: ANA,
      what: 'revoked',
      requestId: request.id,
    });
    expect(await revoke(request.id, as(ANA))).toEqual({ kind: 'unknown' });
  });

  test("by a request's id is refused to who does not decide for it", async () => {
    const request = await approved({ site: DEV, host: DEV });

    expect(await revoke(request.id, as(ANA))).toEqual({ kind: 'unknown' });
    expect(await fixture.ledger.grants.find(DEV, request.address)).not.toBeNull();
  });

  test('by digits means a grant where one has that number, else a request', async () => {
    const made = await grant({ address: someone(), site: STG });
    const { id } = (made as { grant: { id: number } }).grant;
    const digits = String(id).padStart(6, '0'); // the same number, and long enough to start an id
    fixture.setIds([`${digits}aaaaaaaaaaaaaa`, '777777bbbbbbbbbbbbbb']);
    const [shadowed, alone] = [await approved(), await approved()];

    const first = await revoke(digits, as(ANA));
    const second = await revoke('777777', as(ANA));

    expect(first).toMatchObject({ kind: 'revoked', grants: [{ id }] });
    expect(await fixture.ledger.grants.find(STG, shadowed.address)).not.toBeNull();
    expect(second).toMatchObject({ kind: 'revoked', grants: [{ address: alone.address }] });
  });

  test('that comes twice by the same call has one effect, also where its digits would mean something else by then', async () => {
    const made = await grant({ address: someone(), site: STG });
    const { id } = (made as { grant: { id: number } }).grant;
    const digits = String(id).padStart(6, '0');
    fixture.setIds([`${digits}cccccccccccccc`]);
    const request = await approved();
    const input = { what: digits, actor: as(ANA), surface: 'talk', tapId: newTapId() };

    const first = await fixture.desk.revoke(input);
    const again = await fixture.desk.revoke(input);

    expect([first.kind, again.kind]).toEqual(['revoked', 'repeated']);
    expect(await fixture.ledger.grants.find(STG, request.address)).not.toBeNull();
  });

  test('over an account that is somebody else from site to site is done in the name of the account', async () => {
    fixture.setDirectory(
      usualDirectory({
        approvers: [approver(ANA, { talk: 'team' }), approver(BO, { talk: 'team' })],
        sites: [site(STG, { approvers: [ANA] }), site(DEV, { approvers: [BO] })],
      }),
    );
    const address = someone();
    for (const at of [STG, DEV]) await grant({ address, site: at, actor: OPERATOR });

    const answer = await revoke(address, chat('team'));

    expect(answer).toMatchObject({ kind: 'revoked', grants: [{}, {}] });
    expect((await fixture.ledger.audit.recent(1))[0]).toMatchObject({ who: 'talk:home:team', what: 'revoked' });
  });

  test('over an account that two approvers of every site share is refused as such', async () => {
    fixture.setDirectory(
      usualDirectory({
        approvers: [approver(ANA, { talk: 'team' }), approver(BO, { talk: 'team' })],
        sites: [site(STG, { approvers: [ANA, BO] })],
      }),
    );

    expect(await revoke(someone(), chat('team'))).toEqual({ kind: 'forbidden', why: 'chat_user_linked_to_several' });
  });

  test.each(['', 'nobody', '10.0.0.0/8', '999999999999'])('of %p finds nothing', async (what) => {
    expect(await revoke(what, OPERATOR)).toEqual({ kind: 'unknown' });
  });
});
