/** People before the fake Discord: what they tap, pick, fill in and type becomes interactions, as Discord words them. */
import { systemRandom } from '../../src/base/crypto/random.js';
import type { Answered, FakeDiscord, WayIn } from './discord.js';
import { BOT_ID } from './discord-keys.js';
import { readDiscord } from './discord-reader.js';
import { list, object } from './discord-rules.js';
import type { Json, StoredMessage } from './discord-state.js';

export interface PersonInput {
  /** The user's id. */
  readonly subject: string;
  /** The server they are in; `''`: direct messages with the bot. */
  readonly workspace: string;
  /** What Discord calls the next interaction of theirs; by chance where absent. */
  readonly nextId?: () => string;
}

/** What the person sees of an answer. */
export type Shown =
  | { readonly kind: 'message'; readonly text: string; readonly isPrivate: boolean }
  | { readonly kind: 'form'; readonly form: Json }
  | { readonly kind: 'choices'; readonly choices: readonly { readonly name: string; readonly value: string }[] }
  /** “This interaction failed”. */
  | { readonly kind: 'failed'; readonly why: string };

export interface Person {
  /** The cards in their direct messages, oldest first. */
  cards(): readonly StoredMessage[];
  /** Taps the button that is labelled so, or begins so. */
  tap(card: StoredMessage, label: string): Promise<Shown>;
  /** Picks an option of the card's menu by its label. */
  pick(card: StoredMessage, label: string): Promise<Shown>;
  /** Sends a form in. `readers`: the label of the option picked. */
  submit(form: Json, filled: { readonly reason?: string; readonly readers?: string }): Promise<Shown>;
  /** `/gate <verb>` with its fields. */
  type(verb: string, fields?: Readonly<Record<string, string | number>>): Promise<Shown>;
  /** What is suggested while they type into `field`. */
  complete(verb: string, field: string, typed: string): Promise<Shown>;
}

export function person(fake: FakeDiscord, who: PersonInput, wayIn: WayIn): Person {
  const send = async (type: number, data: Json, rest: Json = {}): Promise<Shown> => {
    try {
      const answered = await fake.interact(interaction(type, data, { who, rest }), wayIn);
      return await patiently(answered);
    } catch (error) {
      return { kind: 'failed', why: String(error) };
    }
  };
  const command = (verb: string, options: readonly Json[]): Json => ({
    id: '1',
    name: 'gate',
    type: 1,
    options: [{ type: 1, name: verb, options }],
  });
  return {
    cards: () => fake.state.messages(fake.state.directChannel(who.subject)),
    tap(card, label) {
      const button = componentsOf(card).find((one) => one['type'] === 2 && String(one['label']).startsWith(label));
      if (button?.['custom_id'] === undefined) throw new Error(`the card has no button ${label} to tap`);
      return send(3, { component_type: 2, custom_id: button['custom_id'] }, { message: messageOf(card) });
    },
    pick(card, label) {
      const menu = componentsOf(card).find(({ type }) => type === 3);
      const option = list(menu?.['options']).find((one) => one['label'] === label);
      if (menu === undefined || option === undefined) throw new Error(`the card has no option ${label}`);
      const data = { component_type: 3, custom_id: menu['custom_id'], values: [option['value']] };
      return send(3, data, { message: messageOf(card) });
    },
    submit: (form, filled) => send(5, submission(form, filled)),
    type: (verb, fields = {}) =>
      send(
        2,
        command(
          verb,
          Object.entries(fields).map(([name, value]) => ({ type: typeof value === 'number' ? 4 : 3, name, value })),
        ),
      ),
    complete: (verb, field, typed) => send(4, command(verb, [{ type: 3, name: field, value: typed, focused: true }])),
  };
}

/** An interaction as Discord words it. `rest` goes on top. */
export function interaction(
  type: number,
  data: Json,
  { who, rest = {} }: { readonly who: PersonInput; readonly rest?: Json },
): Json {
  const user = { id: who.subject, username: 'somebody', discriminator: '0', global_name: null, avatar: null };
  const isDirect = who.workspace === '';
  return {
    id: who.nextId?.() ?? systemRandom().id(),
    application_id: BOT_ID,
    type,
    token: `aW50ZXJhY3Rpb24-${systemRandom().hex(16)}`,
    version: 1,
    data,
    channel_id: '1310000000000000001',
    context: isDirect ? 1 : 0,
    locale: 'en-GB',
    entitlements: [],
    authorizing_integration_owners: {},
    attachment_size_limit: 10_485_760,
    ...(isDirect ? { user } : { guild_id: who.workspace, member: { user, roles: [], permissions: '0' } }),
    ...rest,
  };
}

/** What Discord sends of a form that was filled in: every field, those left alone with what they began with. */
export function submission(form: Json, filled: { readonly reason?: string; readonly readers?: string }): Json {
  const components = list(form['components']).map((label) => {
    const field = object(label['component']);
    const { type, custom_id: id } = field;
    if (type === 4) return { type: 18, component: { type, custom_id: id, value: filled.reason ?? '' } };
    const options = list(field['options']);
    const picked =
      options.find((option) => option['label'] === filled.readers) ??
      options.find((option) => option['default'] === true);
    return { type: 18, component: { type, custom_id: id, values: picked === undefined ? [] : [picked['value']] } };
  });
  return { custom_id: form['custom_id'], components };
}

/** Waits for the message while Discord shows that somebody thinks. */
async function patiently(answered: Answered): Promise<Shown> {
  const { body, refusal, replaced } = answered;
  if (refusal !== null || body['type'] !== 5 || replaced === undefined) return shown(answered);
  return shown({
    body: { type: 4, data: { ...(await replaced), flags: object(body['data'])['flags'] } },
    refusal: null,
  });
}

export function shown({ body, refusal }: Answered): Shown {
  if (refusal !== null) return { kind: 'failed', why: refusal.message };
  const data = object(body['data']);
  switch (body['type']) {
    case 4:
      return { kind: 'message', text: readDiscord(data).text, isPrivate: (Number(data['flags'] ?? 0) & 64) !== 0 };
    case 8:
      return {
        kind: 'choices',
        choices: list(data['choices']).map(({ name, value }) => ({ name: String(name), value: String(value) })),
      };
    case 9:
      return { kind: 'form', form: data };
    default:
      return { kind: 'failed', why: `an answer of type ${String(body['type'])}` };
  }
}

function componentsOf({ body }: StoredMessage): readonly Json[] {
  return list(body['components']).flatMap((row) => list(row['components']));
}

function messageOf({ id, channel, body }: StoredMessage): Json {
  return { id, channel_id: channel, type: 0, ...body };
}
