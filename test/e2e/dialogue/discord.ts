/** The dialogue over Discord, both ways in: a person who taps, picks, fills in the form and types slash commands. */
import { startFakeDiscord, type FakeDiscord, type WayIn } from '../../fakes/discord.js';
import { BOT_ID, BOT_TOKEN, verifyKeyOf } from '../../fakes/discord-keys.js';
import { person, type Shown } from '../../fakes/discord-people.js';
import { readDiscord } from '../../fakes/discord-reader.js';
import type { StoredMessage } from '../../fakes/discord-state.js';
import { eventually } from '../eventually.js';
import type { GateProcess } from '../gate-process.js';
import { ADA } from '../sites.js';
import type { Approver, Meant, Surface } from './surface.js';

/** Ada's user id. */
export const DISCORD_ADDRESS = '1310000000000000077';

export const discordGateway: Surface = surface('the Discord gateway', {}, () => ({ kind: 'gateway' }));

export const discordInteractions: Surface = surface(
  'Discord interactions',
  { DISCORD_PUBLIC_KEY: verifyKeyOf('current') },
  (gate) => ({ kind: 'http', url: `${gate.publicUrl}/discord/interactions` }),
);

function surface(
  name: string,
  environment: Readonly<Record<string, string>>,
  wayIn: (gate: GateProcess) => WayIn,
): Surface {
  return {
    name,
    over: 'discord',
    by: ADA,
    async open() {
      const fake = await startFakeDiscord();
      return {
        environment: {
          DISCORD_API_URL: fake.apiUrl,
          DISCORD_BOT_TOKEN: BOT_TOKEN,
          DISCORD_APPLICATION_ID: BOT_ID,
          ...environment,
        },
        async begin(gate) {
          const way = wayIn(gate);
          if (way.kind === 'gateway')
            await eventually('the gateway is connected', () => fake.gateway.sockets() > 0 && isUp(gate));
          return before(fake, way);
        },
        close: () => fake.close(),
      };
    },
  };
}

async function isUp(gate: GateProcess): Promise<boolean> {
  return (await gate.cli('doctor')).out.includes('connected since');
}

function before(fake: FakeDiscord, wayIn: WayIn): Approver {
  const ada = person(fake, { subject: DISCORD_ADDRESS, workspace: '' }, wayIn);
  /** Cards as they stood while they asked. */
  const asking = new Map<string, StoredMessage>();
  const cardOf = (address: string): StoredMessage | undefined =>
    ada.cards().find(({ body }) => readDiscord(body).text.includes(address));
  const asked = (request: Meant): StoredMessage => present(asking.get(request.address));
  return {
    async seesRequest(address) {
      const card = await eventually(`a card over Discord tells of ${address}`, () => cardOf(address));
      asking.set(address, structuredClone(card));
    },
    seesEnd(address, words) {
      const card = cardOf(address);
      const seen = card === undefined ? null : readDiscord(card.body);
      return seen !== null && !seen.buttons.includes('approve') && words.test(seen.text);
    },
    async say(line) {
      const [verb = '', ...words] = line.split(' ');
      return textOf(await ada.type(...asSlashCommand(verb, words)));
    },
    async deny(request, reason) {
      const opened = await ada.tap(asked(request), 'Deny');
      if (opened.kind !== 'form') throw new Error(`Deny opens no form, but ${JSON.stringify(opened)}`);
      return textOf(await ada.submit(opened.form, { reason }));
    },
    approveForAnHour: async (request) => textOf(await ada.pick(asked(request), '1 h')),
    approveLate: async (request) => textOf(await ada.tap(asked(request), 'Approve')),
    revoke: async ({ address }) => textOf(await ada.tap(present(cardOf(address)), 'Revoke')),
  };
}

/** A verb that does not exist cannot be typed here: `help` is asked for it. */
function asSlashCommand(verb: string, words: readonly string[]): [string, Record<string, string>] {
  if (verb === 'aprove') return ['help', { verb }];
  const at = words.indexOf('for');
  const [id] = words;
  return [verb, { ...(id === undefined ? {} : { id }), ...(at === -1 ? {} : { for: words.slice(at + 1).join(' ') }) }];
}

function textOf(shown: Shown): string {
  if (shown.kind === 'message' && shown.isPrivate) return shown.text;
  throw new Error(`a private text was to be shown, and not ${JSON.stringify(shown)}`);
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is no such card');
  return value;
}
