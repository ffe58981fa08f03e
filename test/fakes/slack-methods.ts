/** Slack's Web API methods as a workspace answers them, each with its own ways of saying no. */
import { BlockFault, checkBlocks, checkView } from './slack-rules.js';
import { spendTrigger, type Message, type SlackState } from './slack-state.js';

export type ApiAnswer = Readonly<Record<string, unknown>> & { readonly ok: boolean };
type Args = ReadonlyMap<string, string>;

export function no(error: string): ApiAnswer {
  return { ok: false, error };
}

export function answerMethod(state: SlackState, method: string, args: Args): ApiAnswer {
  try {
    return METHODS[method]?.(state, args) ?? no('unknown_method');
  } catch (error) {
    if (error instanceof BlockFault) return { ...no(error.error), place: error.place };
    throw error;
  }
}

const METHODS: Readonly<Record<string, (state: SlackState, args: Args) => ApiAnswer>> = {
  'auth.test': (state) => ({
    ok: true,
    team_id: state.teamId,
    team: 'Workspace',
    bot_id: state.botId,
    user_id: 'U0GATE',
  }),
  'users.info': (state, args) => {
    const person = state.people.get(args.get('user') ?? '');
    if (person === undefined) return no('user_not_found');
    const { id, teamId, isGuest = false, isDeactivated = false } = person;
    return {
      ok: true,
      user: { id, team_id: teamId, deleted: isDeactivated, is_restricted: isGuest, is_ultra_restricted: false },
    };
  },
  'conversations.open': (state, args) => {
    const user = args.get('users') ?? '';
    const person = state.people.get(user);
    if (person === undefined) return no('user_not_found');
    if (person.isDeactivated === true) return no('user_disabled');
    const channel = state.directChannels.get(user) ?? state.nextId('D');
    state.directChannels.set(user, channel);
    return { ok: true, channel: { id: channel } };
  },
  'conversations.history': (state, args) => {
    const channel = args.get('channel') ?? '';
    if (!isChannel(state, channel)) return no('channel_not_found');
    const oldest = Number(args.get('oldest') ?? 0);
    const limit = Number(args.get('limit') ?? 100);
    const hasMetadata = args.get('include_all_metadata') === 'true';
    const messages = state.messages
      .filter((message) => message.channel === channel && message.onlyFor === null && Number(message.ts) > oldest)
      .reverse()
      .slice(0, limit)
      .map(({ ts, text, metadata }) => ({ type: 'message', ts, text, ...(hasMetadata ? { metadata } : {}) }));
    return { ok: true, messages };
  },
  'chat.postMessage': (state, args) => {
    const channel = args.get('channel') ?? '';
    if (!isChannel(state, channel)) return no('channel_not_found');
    const message = written(args, { ts: state.nextTs(), channel, botId: state.botId, metadata: null });
    state.messages.push(message);
    return { ok: true, channel, ts: message.ts };
  },
  'chat.update': (state, args) => {
    const [channel, ts] = [args.get('channel') ?? '', args.get('ts') ?? ''];
    if (!isChannel(state, channel)) return no('channel_not_found');
    // what is edited is among the newest, and a soak has very many
    const index = state.messages.findLastIndex((found) => found.channel === channel && found.ts === ts);
    const standing = state.messages[index];
    if (standing?.onlyFor !== null) return no('message_not_found');
    if (standing.botId !== state.botId) return no('cant_update_message');
    state.messages[index] = written(args, standing);
    return { ok: true, channel, ts };
  },
  'views.open': (state, args) => {
    const view = json(args.get('view'));
    checkView(view);
    const spent = spendTrigger(state, args.get('trigger_id') ?? '');
    if (typeof spent === 'string') return no(spent);
    const id = state.nextId('V');
    state.forms.set(id, { user: spent.user, view: view as Record<string, unknown>, errors: {} });
    return { ok: true, view: { id } };
  },
  'views.publish': (state, args) => {
    const view = json(args.get('view')) as Record<string, unknown>;
    checkView(view);
    const user = args.get('user_id') ?? '';
    if (!state.people.has(user)) return no('user_not_found');
    if (view['type'] !== 'home') return no('invalid_arguments');
    state.homes.set(user, view);
    return { ok: true, view: { id: state.nextId('V') } };
  },
};

function written(args: Args, standing: Pick<Message, 'ts' | 'channel' | 'botId' | 'metadata'>): Message {
  const text = args.get('text') ?? '';
  const blocks = json(args.get('blocks')) as readonly unknown[];
  if (text === '')
    throw new BlockFault('invalid_arguments', 'text: a message without it says nothing in a notification');
  checkBlocks(blocks, { kind: 'message' });
  const metadata = args.has('metadata') ? json(args.get('metadata')) : standing.metadata;
  const { ts, channel, botId } = standing;
  return { ts, channel, botId, text, blocks, metadata, onlyFor: null };
}

function isChannel(state: SlackState, channel: string): boolean {
  return state.rooms.has(channel) || [...state.directChannels.values()].includes(channel);
}

/** Objects come as JSON in a form's field. */
function json(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch {
    throw new BlockFault('invalid_arguments', 'no JSON where JSON belongs');
  }
}
