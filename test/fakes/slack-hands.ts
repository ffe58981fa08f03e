/** What a person does in Slack: presses, picks, fills in forms, types lines, opens the home tab; by whatever transport. */
import { blockActions, homeOpened, slashCommand, viewSubmission, type Doer } from './slack-payloads.js';
import { controlsOf, readMessage, type Control } from './slack-reader.js';
import { BlockFault, checkBlocks, checkView } from './slack-rules.js';
import type { Deliver, Delivered } from './slack-transport.js';
import { readersOf, type Message, type SlackState } from './slack-state.js';
import type { SeenMessage } from '../contract/stage.js';
import type { FakeSlack } from './slack.js';

export interface Hands {
  /** Presses what is labelled so, or picks it from a menu, on the newest message that has it. */
  tap(label: string | RegExp): Promise<Delivered>;
  /** The same on the home tab. */
  tapHome(label: string | RegExp): Promise<Delivered>;
  /** The form that is open before this person; null when none is. */
  form(): { readonly text: string; readonly errors: readonly string[] } | null;
  submit(values: { readonly reason?: string; readonly isShared?: boolean }): Promise<Delivered>;
  /** `/gate <line>` */
  type(line: string): Promise<Delivered>;
  openHome(): Promise<Delivered>;
  home(): SeenMessage | null;
}

interface Body {
  readonly fake: FakeSlack;
  readonly user: string;
  readonly deliver: Deliver;
}

export function handsOf(body: Body): Hands {
  const { fake, user, deliver } = body;
  const { state } = fake;
  const doer: Doer = { user, team: state.people.get(user)?.teamId ?? state.teamId };
  const form = (): {
    id: string;
    view: Readonly<Record<string, unknown>>;
    errors: Readonly<Record<string, string>>;
  } | null => {
    const found = [...state.forms].findLast(([, open]) => open.user === user);
    return found === undefined ? null : { id: found[0], ...found[1] };
  };
  return {
    tap(label) {
      for (const message of readable(state, user).toReversed()) {
        const control = controlNamed(message.blocks, label);
        if (control === null) continue;
        const { channel, ts } = message;
        const at = { channel, ts, responseUrl: fake.responseUrl(user, message) };
        return deliver('interactive', blockActions(doer, { control, triggerId: fake.trigger(user), message: at }));
      }
      throw new Error(`nothing that ${user} sees is labelled ${String(label)}`);
    },
    tapHome(label) {
      const control = controlNamed((state.homes.get(user)?.['blocks'] ?? []) as readonly unknown[], label);
      if (control === null) throw new Error(`nothing on the home tab is labelled ${String(label)}`);
      return deliver('interactive', blockActions(doer, { control, triggerId: fake.trigger(user), message: null }));
    },
    form() {
      const open = form();
      if (open === null) return null;
      return { text: readMessage(readableView(open.view)).text, errors: Object.values(open.errors) };
    },
    async submit({ reason, isShared = false }) {
      const open = form();
      if (open === null) throw new Error(`no form is open before ${user}`);
      const values = filledIn(open.view, { reason: reason ?? null, isShared });
      const delivered = await deliver(
        'interactive',
        viewSubmission(doer, { view: open.view, triggerId: fake.trigger(user), values }),
      );
      afterSubmission(fake, open.id, delivered);
      return delivered;
    },
    async type(line) {
      const channel = state.directChannels.get(user) ?? '';
      const responseUrl = fake.responseUrl(user, null);
      const delivered = await deliver(
        'slash_commands',
        slashCommand(doer, { line, triggerId: fake.trigger(user), responseUrl, channel }),
      );
      if (delivered.payload !== null) whisper(fake, { user, channel }, delivered.payload);
      return delivered;
    },
    openHome: () => deliver('events_api', homeOpened(doer, state.nextId('Ev'))),
    home: () => {
      const view = state.homes.get(user);
      return view === undefined ? null : readMessage(readableView(view));
    },
  };
}

/** What Slack makes of an acknowledged submission (docs.slack.dev/surfaces/modals). */
function afterSubmission({ state, server }: FakeSlack, id: string, { isAcknowledged, payload }: Delivered): void {
  const open = state.forms.get(id);
  if (open === undefined || !isAcknowledged) return;
  if (payload === null) return void state.forms.delete(id);
  const faults = server.faults as string[];
  if (payload['response_action'] === 'errors') {
    const errors = payload['errors'] as Readonly<Record<string, string>>;
    const inputs = (open.view['blocks'] as readonly Readonly<Record<string, unknown>>[]).flatMap((block) =>
      block['type'] === 'input' ? [block['block_id']] : [],
    );
    if (Object.keys(errors).some((name) => !inputs.includes(name))) faults.push('errors for what is no input');
    state.forms.set(id, { ...open, errors });
    return;
  }
  if (payload['response_action'] !== 'update') return void faults.push('an answer to a form that Slack does not know');
  fault(faults, () => checkView(payload['view']));
  state.forms.set(id, { user: open.user, view: payload['view'] as Readonly<Record<string, unknown>>, errors: {} });
}

function whisper(
  { state, server }: FakeSlack,
  to: { user: string; channel: string },
  payload: Readonly<Record<string, unknown>>,
): void {
  const faults = server.faults as string[];
  fault(faults, () => checkBlocks(payload['blocks'], { kind: 'message' }));
  if (payload['response_type'] !== 'ephemeral') faults.push('others read an answer that was for one alone');
  state.messages.push({
    ts: state.nextTs(),
    channel: to.channel,
    botId: state.botId,
    metadata: null,
    text: String(payload['text']),
    blocks: (payload['blocks'] ?? []) as readonly unknown[],
    onlyFor: to.user,
  });
}

function fault(faults: string[], check: () => void): void {
  try {
    check();
  } catch (error) {
    faults.push(error instanceof BlockFault ? error.message : String(error));
  }
}

function filledIn(
  view: Readonly<Record<string, unknown>>,
  { reason, isShared }: { reason: string | null; isShared: boolean },
) {
  const inputs = (view['blocks'] as readonly Readonly<Record<string, unknown>>[]).filter(
    ({ type }) => type === 'input',
  );
  const values: Record<string, Record<string, unknown>> = {};
  for (const { block_id: block, element } of inputs) {
    const {
      type,
      action_id: action,
      options,
    } = element as { type: string; action_id: string; options?: readonly unknown[] };
    values[String(block)] = {
      [action]:
        type === 'plain_text_input' ? { type, value: reason } : { type, selected_options: isShared ? options : [] },
    };
  }
  return values;
}

function controlNamed(blocks: readonly unknown[], label: string | RegExp): Control | null {
  const isMeant = (control: Control): boolean =>
    typeof label === 'string' ? control.label === label : label.test(control.label);
  return controlsOf(blocks).find(isMeant) ?? null;
}

function readableView(view: Readonly<Record<string, unknown>>): { text: string; blocks: readonly unknown[] } {
  return { text: '', blocks: (view['blocks'] ?? []) as readonly unknown[] };
}

/** All that a person reads, what was shown to them alone included. */
export function readable(state: SlackState, user: string): readonly Message[] {
  return state.messages.filter(({ channel, onlyFor }) =>
    onlyFor === null ? readersOf(state, channel).includes(user) : onlyFor === user,
  );
}
