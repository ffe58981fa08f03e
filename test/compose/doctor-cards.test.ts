/** What `gate doctor` says of cards. */
import { describe, expect, test } from '@jest/globals';
import type { RequestClaim } from '../../src/contract/ledger.js';
import type { Directory } from '../../src/approval/site.js';
import { suppressionChecks } from '../../src/compose/doctor/queue-checks.js';
import * as inputs from '../contract/ledger/inputs.js';
import { claimMessage, queued } from '../contract/ledger/message-inputs.js';
import { checkOf, ledger, openExamined } from '../fixtures/processes/examined.js';

async function claimed(): Promise<RequestClaim> {
  await ledger.requests.open(inputs.openInput(), inputs.opened);
  const [claim] = await ledger.deliveries.claim(inputs.claimOne());
  if (claim === undefined) throw new Error('a card was opened');
  return inputs.ofRequest(claim);
}

const DIRECTORY = {
  approvers: new Map([[inputs.RPM, { id: inputs.RPM, addresses: new Map() }]]),
} as unknown as Directory;

openExamined();

test('a channel that an operator paused is told with who did, and how to go on', async () => {
  const audit = { ...inputs.opened, who: 'operator:grace', what: 'channel_paused', site: null, address: null };
  await ledger.deliveries.pauseByHand({ transport: inputs.TALK, reason: 'repair' }, audit);

  expect(await checkOf(`queue of ${inputs.TALK}`)).toMatchObject({
    ...{ isOk: false, detail: expect.stringMatching(/^paused since .* by operator:grace: repair$/) },
    cure: expect.stringContaining(`gate queue resume ${inputs.TALK}`),
  });

  await ledger.deliveries.resumeByHand(inputs.TALK, audit);
  expect(await checkOf(`queue of ${inputs.TALK}`)).toBeUndefined();
});

test('an address to which no mail goes is told, with how to lift it and how to be let in meanwhile', async () => {
  const audit = { ...inputs.opened, who: 'operator:grace', what: 'suppression_set', site: null, address: null };
  const set = { forMs: 60_000, code: null };
  await ledger.suppressions.set({ ...set, address: 'stranger@example.org' }, audit);
  const stranger = await checkOf('suppressions');
  await ledger.suppressions.set({ ...set, address: 'RPM@koder.dev' }, audit);

  const [check] = await suppressionChecks(ledger, DIRECTORY);

  expect(stranger).toMatchObject({ isOk: true, detail: expect.stringContaining('stranger@example.org (by hand)') });
  expect(check).toMatchObject({ isOk: false, cure: expect.stringContaining('gate suppressions lift <address>') });
  expect(check?.cure).toContain('gate sign-in-link <account>');
});

describe('cards', () => {
  test('that all show what they should are one line', async () => {
    const claim = await claimed();
    await ledger.deliveries.close([inputs.sent(claim)]);

    expect(await checkOf('stragglers')).toMatchObject({ isOk: true, cure: '' });
  });

  test('that are tried again are named with their request, channel and reason', async () => {
    const claim = await claimed();
    await ledger.deliveries.close([inputs.retry(claim)]);

    const check = await checkOf('stragglers');

    expect(check?.detail).toBe(
      `not sent yet, or not showing the newest state yet: ${claim.request.id} on talk (http_503)`,
    );
    expect(check?.cure).toContain('tried again');
  });

  test('that were given up are told apart from those that are tried again', async () => {
    const claim = await claimed();
    await ledger.deliveries.close([inputs.failed(claim)]);

    expect(await checkOf('stragglers')).toBeUndefined();
    expect((await checkOf('cards given up'))?.detail).toContain(`${claim.request.id} on talk (http_400)`);
    expect((await checkOf('cards given up'))?.cure).toContain('confirm page');
    expect((await checkOf('cards given up'))?.cure).toContain('gate queue retry <id>');
  });

  test('that can be edited no more are lost until their follow-up is sent', async () => {
    const claim = await claimed();
    await ledger.deliveries.close([inputs.sent(claim, 0)]);
    const [update] = await ledger.deliveries.claim(inputs.claimOne());
    if (update === undefined) throw new Error('a card that is behind is due');
    await ledger.deliveries.close([inputs.uneditable(update)]);
    const before = await checkOf('lost cards');
    const [followUp] = await ledger.deliveries.claim(inputs.claimOne());
    if (followUp === undefined) throw new Error('a follow-up is due');

    await ledger.deliveries.close([inputs.sent(followUp)]);

    expect(before).toMatchObject({ isOk: false, cure: expect.stringContaining('bot may still write') });
    expect(before?.detail).toContain(claim.request.id);
    expect(await checkOf('lost cards')).toBeUndefined();
  });

  test('a mail that is refused for good is a warning that names whose it is, and all is well otherwise', async () => {
    const { channel } = await queued(ledger, { about: { kind: 'account', id: 'eva@example.org' } });
    await ledger.deliveries.close([inputs.failed(await claimMessage(ledger, channel))]);

    const check = await checkOf('mails given up');

    expect(check).toMatchObject({ isOk: true, cure: expect.stringContaining('gate sign-in-link') });
    expect(check?.detail).toBe(`not tried any more: mail for eva@example.org on ${channel} (http_400)`);
    expect(await checkOf('cards given up')).toBeUndefined();
  });

  test('beyond five are counted', async () => {
    for (let card = 0; card < 7; card += 1) await ledger.deliveries.close([inputs.retry(await claimed())]);

    expect((await checkOf('stragglers'))?.detail).toMatch(/, and 2 more$/);
  });

  test('beyond those that are looked at there may be more, and that is said', async () => {
    const openings = Array.from({ length: 201 }, () => ledger.requests.open(inputs.openInput(), inputs.opened));
    await Promise.all(openings);

    expect((await checkOf('stragglers'))?.detail).toMatch(/, and at least 195 more$/);
  });
});
