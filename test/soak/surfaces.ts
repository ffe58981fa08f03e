/**
 * The ways in which an approver of a soak answers, each on the card that the approver sees there: a button in Talk, in Slack
 * or in Discord, the confirm page that a mail leads to, the command line.
 */
import { EXIT } from '../../src/cli/exit-code.js';
import { sha256Hex } from '../../src/base/crypto/digest.js';
import { controlsOf, readMessage } from '../fakes/slack-reader.js';
import { blockActions } from '../fakes/slack-payloads.js';
import { overHttp } from '../fakes/slack-transport.js';
import { person } from '../fakes/discord-people.js';
import { signIn, type SignedIn } from '../fixtures/processes/people.js';
import { decideOn, toldByPage } from '../faults/confirm-page.js';
import type { AnsweredTap, Verdict } from '../faults/journal.js';
import { postTap, toldBy } from '../faults/people.js';
import type { Random } from '../faults/random.js';
import { SLACK_SIGNING_SECRET, TEAM } from '../faults/sites.js';
import { newestIn } from './newest.js';
import type { Place } from './sites.js';
import type { SoakFixture } from './fixture.js';

interface Meant {
  readonly place: Place;
  readonly address: string;
  readonly verdict: Verdict;
  readonly random: Random;
}

/** Null: there is no card yet, or nothing was answered. Then it may be tried again, here or elsewhere. */
export type Surface = (meant: Meant) => Promise<AnsweredTap | null>;

export type SurfaceName = 'talk' | 'slack' | 'discord' | 'page' | 'cli';

const TOKEN = /\/req\/([0-9a-f]{32})/;
const OPERATOR = 'soak';
const WORD_WITHIN_MS = 5_000;

export function surfacesOf(fixture: SoakFixture): Readonly<Record<SurfaceName, Surface>> {
  return {
    talk: overTalk(fixture),
    slack: overSlack(fixture),
    discord: overDiscord(fixture),
    page: onPage(fixture),
    cli: byCli(fixture),
  };
}

function overTalk({ actGate, peers, connections }: SoakFixture): Surface {
  return async ({ place, address, verdict, random }) => {
    const cards = peers.fakes.talk.of(place.approver);
    const token = TOKEN.exec(cards.findLast(({ card }) => card.includes(`${address}"`))?.card ?? '')?.[1];
    if (token === undefined) return null;
    const tap = { token, tapId: random.hex(12), user: place.approver, verdict };
    const answer = await postTap(actGate, tap, { agent: connections });
    if (answer?.status !== 200) return null;
    const { text } = JSON.parse(answer.text) as { text: string };
    return { ...tap, told: toldBy(text, verdict), text };
  };
}

/** Slack says in private what came of a tap, after its acknowledgement. Denying asks for a reason first; here nobody gives one. */
function overSlack({ gate, peers }: SoakFixture): Surface {
  const { slack } = peers.fakes;
  const deliver = overHttp(`${gate.publicUrl}/slack/events`, SLACK_SIGNING_SECRET);
  const front = new URL(peers.environment['SLACK_API_URL'] ?? '').origin;
  const back = new URL(slack.apiUrl).origin;
  const cards = newestIn(slack.state.messages, ({ onlyFor, blocks }) =>
    onlyFor === null ? JSON.stringify(blocks) : null,
  );
  return async ({ place, address }) => {
    const card = cards.about(address);
    const control = controlsOf(card?.blocks ?? []).find(({ label }) => /^Approve(?! for)/.test(label));
    const token = TOKEN.exec(JSON.stringify(card?.blocks ?? []))?.[1];
    if (card === undefined || control === undefined || token === undefined) return null;
    const { channel, ts } = card;
    const heardAt = slack.responseUrl(place.slackUser, { channel, ts });
    const triggerId = slack.trigger(place.slackUser);
    const message = { channel, ts, responseUrl: heardAt.replace(back, front) };
    const heard = slack.server.note(heardAt, slack.server.notes.length);
    const doer = { user: place.slackUser, team: TEAM };
    const { isAcknowledged } = await deliver('interactive', blockActions(doer, { control, triggerId, message }));
    const note = isAcknowledged ? await inTime(heard) : null;
    if (note === null) return null;
    const text = readMessage({ text: '', blocks: note.body['blocks'] as readonly unknown[] }).text.trim();
    const tapId = sha256Hex(triggerId).slice(0, 32);
    return { token, tapId, user: place.approver, verdict: 'approve', told: toldBy(text, 'approve'), text };
  };
}

function overDiscord({ peers }: SoakFixture): Surface {
  const { discord } = peers.fakes;
  if (discord === null) throw new Error('a soak has a Discord');
  return async ({ place, address, verdict, random }) => {
    let tapId = '';
    const nextId = (): string => (tapId = random.hex(10));
    const who = { subject: place.discordUser, workspace: '', nextId };
    const approver = person(discord, who, { kind: 'gateway' });
    const card = approver.cards().findLast(({ body }) => isAbout(JSON.stringify(body), address));
    const token = TOKEN.exec(JSON.stringify(card?.body ?? {}))?.[1];
    if (card === undefined || token === undefined) return null;
    const first = await approver.tap(card, verdict === 'approve' ? 'Approve' : 'Deny');
    const shown = first.kind === 'form' ? await approver.submit(first.form, { reason: 'a stranger' }) : first;
    if (shown.kind !== 'message') return null;
    const { text } = shown;
    return { token, tapId, user: place.approver, verdict, told: toldBy(text, verdict), text };
  };
}

/** By the link of the mail. The page's form names its own tap. */
function onPage({ gate, peers }: SoakFixture): Surface {
  const mails = newestIn(peers.fakes.smtp.mails(), ({ textPart }) => textPart);
  const sessions = new Map<string, Promise<SignedIn>>();
  /** Null: the gate signs nobody in at the moment. */
  const sessionOf = (approver: string): Promise<SignedIn | null> => {
    const session = sessions.get(approver) ?? signIn(gate, approver);
    sessions.set(approver, session);
    return session.catch(() => {
      sessions.delete(approver);
      return null;
    });
  };
  return async ({ place, address, verdict }) => {
    const mail = mails.about(address);
    const token = mail?.links.map((link) => TOKEN.exec(link)?.[1]).find((found) => found !== undefined);
    if (token === undefined) return null;
    const session = await sessionOf(place.approver);
    if (session === null) return null;
    const path = `/req/${token}`;
    const page = await decideOn(session, path, verdict).catch(() => null);
    if (page === null || !(page.status === OK || page.status === GONE)) return null;
    return { token, tapId: '', user: place.approver, verdict, told: toldByPage(page.text, verdict), text: page.text };
  };
}

const OK = 200;
/** Expired, or withdrawn. */
const GONE = 410;

function byCli({ gate, peers }: SoakFixture): Surface {
  return async ({ place, address, verdict }) => {
    const { code: listed, out } = await gate.cli('pending', place.host, '--json');
    if (listed !== EXIT.ok) return null;
    const pending = JSON.parse(out) as readonly { readonly id: string; readonly address: string }[];
    const meant = pending.find((request) => request.address === address);
    const token = TOKEN.exec(
      peers.fakes.talk.of(place.approver).findLast(({ card }) => card.includes(`${address}"`))?.card ?? '',
    )?.[1];
    if (meant === undefined || token === undefined) return null;
    const { code, ...printed } = await gate.cli(verdict, meant.id, '--as', OPERATOR);
    if (code !== EXIT.ok && code !== EXIT.no) return null;
    const text = `${printed.out}${printed.err}`.trim();
    const user = `operator:${OPERATOR}`;
    return { token, tapId: '', user, verdict, told: toldBy(text, verdict), text };
  };
}

/** `198.18.10.2` is not spoken of by a card about `198.18.10.21`. */
function isAbout(words: string, address: string): boolean {
  return words.split(address).some((rest, index) => index > 0 && !/^\d/.test(rest));
}

async function inTime<T>(work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), WORD_WITHIN_MS)));
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
