/** The dialogue over Slack, both ways in: a person who taps, picks, fills in the form and types `/gate` in the workspace. */
import { blockActions } from '../../fakes/slack-payloads.js';
import { controlsOf, type Control } from '../../fakes/slack-reader.js';
import { APP_TOKEN, BOT_TOKEN } from '../../fakes/slack-server.js';
import type { Message } from '../../fakes/slack-state.js';
import { overHttp, overSocket, type Deliver } from '../../fakes/slack-transport.js';
import { startFakeSlack, type FakeSlack } from '../../fakes/slack.js';
import { eventually } from '../eventually.js';
import type { GateProcess } from '../gate-process.js';
import { ADA } from '../sites.js';
import type { Approver, Meant, Surface } from './surface.js';

const TEAM = 'T0GATE';
const USER = 'U0ADA';
export const SLACK_ADDRESS = `${TEAM}:${USER}`;
const SIGNING_SECRET = '0123456789abcdef0123456789abcde1';

export const slackHttp: Surface = surface('Slack over HTTP', { SLACK_SIGNING_SECRET: SIGNING_SECRET }, (_slack, gate) =>
  Promise.resolve(overHttp(`${gate.publicUrl}/slack/events`, SIGNING_SECRET)),
);

export const slackSocket: Surface = surface('Slack Socket Mode', { SLACK_APP_TOKEN: APP_TOKEN }, async (slack) => {
  await eventually('the socket is connected', () => slack.server.sockets.size > 0);
  return overSocket(slack.server, () => slack.state.nextId('envelope.'));
});

function surface(
  name: string,
  environment: Readonly<Record<string, string>>,
  connected: (slack: FakeSlack, gate: GateProcess) => Promise<Deliver>,
): Surface {
  return {
    name,
    over: 'slack',
    by: ADA,
    async open() {
      const slack = await startFakeSlack(TEAM);
      slack.people({ id: USER });
      return {
        environment: { SLACK_API_URL: slack.apiUrl, SLACK_BOT_TOKEN: BOT_TOKEN, ...environment },
        begin: async (gate) => before(slack, await connected(slack, gate)),
        close: () => slack.close(),
      };
    },
  };
}

function before(slack: FakeSlack, deliver: Deliver): Approver {
  const ada = slack.person(USER, deliver);
  /** Cards as they stood while they asked. */
  const asking = new Map<string, Message>();
  const cardOf = (address: string): Message | undefined =>
    slack.state.messages.find(({ onlyFor, blocks }) => onlyFor === null && JSON.stringify(blocks).includes(address));

  /** Does something, and reads what is said to Ada alone after it. */
  async function heard(act: () => Promise<unknown>): Promise<string> {
    const known = slack.whispers(USER).length;
    await act();
    return eventually('something is said in private', () => slack.whispers(USER).slice(known)[0]);
  }
  /** Uses a control of the card as it stood then, whatever the card shows by now. */
  async function use({ address }: Meant, label: RegExp): Promise<void> {
    const card = asking.get(address);
    const control = card === undefined ? undefined : controlsOf(card.blocks).find((one) => label.test(one.label));
    if (card === undefined || control === undefined) throw new Error(`no card offers ${String(label)}`);
    await press(card, control);
  }
  async function press(card: Message, control: Control): Promise<void> {
    const { channel, ts } = card;
    const message = { channel, ts, responseUrl: slack.responseUrl(USER, { channel, ts }) };
    const doer = { user: USER, team: TEAM };
    const { isAcknowledged } = await deliver(
      'interactive',
      blockActions(doer, { control, triggerId: slack.trigger(USER), message }),
    );
    if (!isAcknowledged) throw new Error('the tap was not acknowledged');
  }

  return {
    async seesRequest(address) {
      const card = await eventually(`a card over Slack tells of ${address}`, () => cardOf(address));
      asking.set(address, structuredClone(card));
    },
    seesEnd(address, words) {
      const blocks = cardOf(address)?.blocks;
      const isAsking = blocks !== undefined && controlsOf(blocks).some(({ label }) => label.startsWith('Approve'));
      return blocks !== undefined && !isAsking && words.test(JSON.stringify(blocks));
    },
    say: (line) => heard(() => ada.type(line)),
    async deny(request, reason) {
      await use(request, /^Deny/);
      await eventually('the form is open', () => ada.form());
      await ada.submit({ reason });
      return '';
    },
    async approveForAnHour(request) {
      await use(request, /^1 h$/);
      return '';
    },
    approveLate: (request) => heard(() => use(request, /^Approve(?! for)/)),
    async revoke({ address }) {
      const card = cardOf(address);
      const control =
        card === undefined ? undefined : controlsOf(card.blocks).find(({ label }) => label.startsWith('Revoke'));
      if (card === undefined || control === undefined) throw new Error('no card offers Revoke');
      await press(card, control);
      return '';
    },
  };
}
