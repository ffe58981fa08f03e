/** A channel that is no part of the product passes the suites of those that are, and they catch it where it is broken. */
import { AssertionError } from 'node:assert';
import { afterAll, expect, test } from '@jest/globals';
import type { OpenChannel } from '../../src/contract/channel.js';
import type { CalledInbound } from '../../src/contract/inbound.js';
import type { EditingNotifier } from '../../src/contract/notifier.js';
import { inboundCases } from '../contract/inbound/inbound.js';
import { onInboundStage } from '../contract/inbound/fixture.js';
import { playInboundSuite } from '../contract/inbound/suite.js';
import { onStage } from '../contract/notifier/fixture.js';
import { notifierCases } from '../contract/notifier/notifier.js';
import { notifierOf, playNotifierSuite } from '../contract/notifier/suite.js';
import { closeLedger } from '../fixtures/delivery/delivery.js';
import { toyInboundStage, toyStage, type ToyEntry } from './stage.js';
import { toyEntry } from './toy/entry.js';

const CHANNEL = toyEntry.name;

afterAll(closeLedger);

await playNotifierSuite(CHANNEL, [toyStage()]);
playInboundSuite(CHANNEL, [toyStage()]);

test('one that posts under a new key each time is caught, by that promise alone', async () => {
  const broken = withNotifier((toy) => ({
    ...toy,
    notify: (notice, signal) =>
      toy.notify({ ...notice, deliveryId: `${notice.deliveryId}x${String(notice.attempt)}` }, signal),
  }));

  expect(await brokenByNotifier(broken)).toEqual([
    'a repeated delivery has one effect, even when the first answer was lost',
  ]);
});

test('one that takes a deleted card for redrawn is caught, by that promise alone', async () => {
  const broken = withNotifier((toy) => ({
    ...toy,
    async update(notice, signal) {
      const answer = await toy.update(notice, signal);
      return answer.kind === 'uneditable' ? { kind: 'delivered', receipt: notice.receipt } : answer;
    },
  }));

  expect(await brokenByNotifier(broken)).toEqual(['a card that was deleted is uneditable, and not a refusal']);
});

test('one that believes a call of any age is caught, by those promises alone', async () => {
  const broken = withInbound((toy) => ({
    ...toy,
    authenticate: (call) => toy.authenticate(call, Number(call.headers['webhook-timestamp']) * 1_000),
  }));

  expect(await brokenByInbound(broken)).toEqual([
    'a call from the past is refused',
    'a call from the future is refused',
  ]);
});

/** The promises that it does not keep, of those that it makes. */
async function brokenByNotifier(entry: ToyEntry): Promise<readonly string[]> {
  const stage = toyStage(entry);
  const notifier = await notifierOf(stage);
  const broken: string[] = [];
  for (const { promise, notFor, check, at = 'fake' } of notifierCases) {
    if (notFor(stage, notifier) !== null) continue;
    if (await isCaught(onStage(stage, check, { channel: CHANNEL, at }))) broken.push(promise);
  }
  return broken;
}

async function brokenByInbound(entry: ToyEntry): Promise<readonly string[]> {
  const inbound = toyInboundStage(entry);
  const broken: string[] = [];
  for (const { promise, check } of inboundCases) {
    if (await isCaught(onInboundStage(inbound, check, { channel: CHANNEL }))) broken.push(promise);
  }
  return broken;
}

/** Rejects for anything but a promise that is not kept. */
async function isCaught(played: Promise<void>): Promise<boolean> {
  try {
    await played;
    return false;
  } catch (error) {
    if (error instanceof AssertionError) return true;
    throw error;
  }
}

function withNotifier(breaking: (toy: EditingNotifier) => EditingNotifier): ToyEntry {
  return opening((channel) => {
    if (channel.notifier.updates !== 'edit') throw new Error('toy edits its cards');
    return { ...channel, notifier: breaking(channel.notifier) };
  });
}

function withInbound(breaking: (toy: CalledInbound) => CalledInbound): ToyEntry {
  return opening((channel) => {
    if (channel.inbound?.kind !== 'called') throw new Error('toy is called');
    return { ...channel, inbound: breaking(channel.inbound) };
  });
}

/** The toy's entry, whose channel is changed once it is open. */
function opening(change: (channel: OpenChannel) => OpenChannel): ToyEntry {
  return {
    ...toyEntry,
    async load() {
      const { open } = await toyEntry.load();
      return { open: async (config, deps) => change(await open(config, deps)) };
    },
  };
}
