/**
 * A process of its own for `gateway.test.ts`: the channel at a gateway whose every answer is refused, told nonsense, cut
 * off. It says `still here` at the end, if it comes so far; no listener of its own catches what others let loose.
 */
import { openDiscordAt } from '../contract/stages/discord.js';
import { startFakeDiscord } from '../fakes/discord.js';
import { person } from '../fakes/discord-people.js';
import { REFUSALS } from '../fakes/discord-state.js';
import { discordDeps, eventually } from '../fixtures/channels/discord.js';

const fake = await startFakeDiscord();
const channel = await openDiscordAt(fake.apiUrl, discordDeps(), { publicKey: '' });
if (channel.inbound?.kind !== 'connecting') throw new Error('it connects');
const rejecting = (): Promise<never> => Promise.reject(new Error('the door is broken'));
const handlers = {
  desk: { decide: rejecting, pending: rejecting, grants: rejecting },
  commands: { run: rejecting },
};

for (const code of [undefined, 4000, 4004, 4014, 1000]) {
  const connection = await channel.inbound.connect(handlers, new AbortController().signal);
  if (connection.kind !== 'up') throw new Error(connection.reason);
  const somebody = person(fake, { subject: '1', workspace: '' }, { kind: 'gateway' });
  for (const { status, code: no } of [REFUSALS.unknownInteraction, REFUSALS.answered]) {
    fake.script('POST /interactions', { status, body: { code: no, message: '' } });
    await Promise.race([somebody.type('pending'), fakeWasAsked(fake)]);
  }
  for (const event of [null, 1, {}, { id: '1', type: 2, token: 't', data: null }]) {
    fake.gateway.dispatch('INTERACTION_CREATE', event);
  }
  fake.gateway.drop(code);
  const end = await connection.ended;
  console.log(`${String(code)}: ${end.kind} ${end.reason}`);
}
// Longer than the SDK waits before it would connect again.
await new Promise((resolve) => setTimeout(resolve, 800));
console.log(`sockets: ${String(fake.gateway.sockets())}, resumed: ${String(fake.gateway.counts.resume)}`);
await channel.stop();
await fake.close();
console.log('still here');

async function fakeWasAsked({ called }: typeof fake): Promise<void> {
  const before = called.length;
  await eventually(() => called.slice(before).some((line) => line.startsWith('POST /interactions')));
}
