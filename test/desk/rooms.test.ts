/** A site that posts to a room of a channel instead of asking each approver there. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { ApproverId, ChannelName } from '../../src/approval/brand.js';
import { TRUSTED } from '../../src/approval/site.js';
import { site } from '../fixtures/sites/directory.js';
import { ANA, BO, opened, openFixture, STG, usualDirectory, type Fixture } from '../fixtures/desk/desk.js';

const ROOM = { kind: 'room', address: 'R1' } as const;
const TALK = 'talk' as ChannelName;

let fixture: Fixture;

beforeAll(async () => {
  fixture = await openFixture();
});

beforeEach(() => useRoom([BO, ANA]));

afterAll(() => fixture.close());

function useRoom(approvers: readonly ApproverId[], maxPendingPerApprover = 1_000): void {
  const channelPolicies = new Map([[TALK, { ...TRUSTED, room: ROOM.address }]]);
  const facts = { approvers, notifiers: ['talk', 'email'] as never, channelPolicies };
  fixture.setDirectory(usualDirectory({ sites: [site(STG, facts)], maxPendingPerApprover }));
}

async function talkRecipients(): Promise<readonly unknown[]> {
  const request = await opened(fixture);
  const deliveries = await fixture.ledger.deliveries.ofRequest(request.id);
  return deliveries.filter(({ channel }) => channel === TALK).map(({ recipient }) => recipient);
}

test('the room gets one card, and no approver one of their own there', async () => {
  expect(await talkRecipients()).toEqual([ROOM]);
});

test('every approver is asked, whether or not they have an address there', async () => {
  const request = await opened(fixture);

  expect([...(await fixture.ledger.requests.approversOf(request.id))].sort()).toEqual([ANA, BO].sort());
});

test('the other channels of the site still reach each approver', async () => {
  const request = await opened(fixture);

  const mails = (await fixture.ledger.deliveries.ofRequest(request.id)).filter(({ channel }) => channel === 'email');

  expect(mails.map(({ recipient }) => recipient)).toEqual([{ kind: 'approver', approver: ANA, address: ANA }]);
});

test('an approver at the cap keeps the card from nobody else', async () => {
  const [cleo, dee] = ['cleo', 'dee'] as ApproverId[] as [ApproverId, ApproverId];
  useRoom([cleo], 1);
  await opened(fixture);
  useRoom([cleo, dee], 1);

  expect(await talkRecipients()).toEqual([ROOM]);
});
