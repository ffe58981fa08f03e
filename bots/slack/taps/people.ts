/**
 * Who taps, as Slack proves it: the bot's own workspace, and whether an account is a whole member of it. Remembered for
 * some minutes; where Slack does not say, nobody is anybody.
 */
import type { ChatUser } from '../../../src/approval/request.js';
import type { Clock } from '../../../src/base/time/clock.js';
import type { Who } from './callback.js';
import type { SlackWeb } from '../web.js';

export interface People {
  /** Null: Slack did not say in time. Then nothing may happen on this account's word. */
  actor(who: Who, signal: AbortSignal): Promise<ChatUser | null>;
}

type Bar = Pick<ChatUser, 'barredBecause'>;

interface Known {
  readonly bar: Bar;
  /** Workspaces this account is at home in: several in an organisation of workspaces. */
  readonly workspaces: readonly string[];
  readonly untilMs: number;
}

/** How long a guest who became a member still waits, and how long somebody who was dismissed may still tap. */
const REMEMBERED_MS = 120_000;
const MAX_REMEMBERED = 1_000;

export function slackPeople(web: SlackWeb, clock: Clock): People {
  const known = new Map<string, Known>();
  let own: string | null = null;

  async function ownWorkspace(signal: AbortSignal): Promise<string | null> {
    if (own !== null) return own;
    const answer = await web.call('auth.test', { signal });
    const id = answer.kind === 'ok' ? answer.body['team_id'] : null;
    return typeof id === 'string' && id !== '' ? (own = id) : null;
  }

  async function account({ user }: Who, signal: AbortSignal): Promise<Known | null> {
    const remembered = known.get(user);
    if (remembered !== undefined && remembered.untilMs > clock.monotonicMs()) return remembered;
    const answer = await web.call('users.info', { args: { user }, signal });
    const untilMs = clock.monotonicMs() + REMEMBERED_MS;
    const found =
      answer.kind === 'ok'
        ? readAccount(answer.body['user'], untilMs)
        : // Slack shows a bot everybody of its workspace: who is not seen belongs to another.
          answer.kind === 'no' && (answer.error === 'user_not_found' || answer.error === 'user_not_visible')
          ? { bar: {}, workspaces: [], untilMs }
          : null;
    if (found === null) return null;
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(user, found);
    return found;
  }

  return {
    async actor(who, signal) {
      const [workspace, found] = await Promise.all([ownWorkspace(signal), account(who, signal)]);
      if (workspace === null || found === null) return null;
      // Ids are only unique within a workspace: an account of ours is one that Slack names with a workspace of ours.
      const isOurs = [workspace, who.workspace].every((id) => found.workspaces.includes(id));
      const bar = isOurs ? found.bar : ({ barredBecause: 'foreign_workspace' } as const);
      return {
        kind: 'chat',
        channel: 'slack',
        workspace: isOurs ? workspace : who.workspace,
        subject: who.user,
        ...bar,
      };
    },
  };
}

/** Null: not what Slack documents (docs.slack.dev/reference/objects/user-object), so nothing is known. */
function readAccount(user: unknown, untilMs: number): Known | null {
  if (typeof user !== 'object' || user === null) return null;
  const said = user as Readonly<Record<string, unknown>>;
  const home = said['team_id'];
  const teams = (said['enterprise_user'] as { teams?: unknown } | null | undefined)?.teams;
  const others = Array.isArray(teams) ? teams.filter((team) => typeof team === 'string') : [];
  if (typeof home !== 'string' || said['is_stranger'] === true) return { bar: {}, workspaces: [], untilMs };
  return { bar: barOf(said), workspaces: [home, ...others], untilMs };
}

function barOf(user: Readonly<Record<string, unknown>>): Bar {
  if (user['deleted'] === true) return { barredBecause: 'chat_user_is_deactivated' };
  const isGuest = user['is_restricted'] === true || user['is_ultra_restricted'] === true;
  return isGuest ? { barredBecause: 'chat_user_is_guest' } : {};
}
