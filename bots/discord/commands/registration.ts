/**
 * Registers `/gate` with Discord at start, where what is registered differs: another 200 creations a day are all there are.
 * It keeps trying until it is done or the channel stops; what it came to is a value that health tells.
 */
import type { Clock } from '../../../src/base/time/clock.js';
import { fieldsOf } from '../../../src/base/text/fields.js';
import type { Log } from '../../../src/base/process/log.js';
import type { ApiAnswer, DiscordApi } from '../api.js';
import { slashCommands, type SlashCommand, type SlashOption } from './slash-commands.js';

/** Reason: a short code of ours. */
export type Registration =
  { readonly kind: 'registered' } | { readonly kind: 'pending' } | { readonly kind: 'failed'; readonly reason: string };

export interface Registrar {
  state(): Registration;
  stop(): void;
}

interface Deps {
  readonly api: DiscordApi;
  readonly applicationId: string;
  readonly clock: Clock;
  readonly log: Log;
}

const FIRST_RETRY_MS = 15_000;
const MAX_RETRY_MS = 600_000;

export function registerCommands({ api, applicationId, clock, log }: Deps): Registrar {
  const stopping = new AbortController();
  let state: Registration = { kind: 'pending' };
  let cancel = (): void => undefined;

  async function attempt(retryMs: number): Promise<void> {
    const answer = await register(api, applicationId, stopping.signal);
    if (stopping.signal.aborted) return;
    if (answer.kind === 'ok') {
      state = { kind: 'registered' };
      return;
    }
    state = { kind: 'failed', reason: reasonOf(answer) };
    log.warn('discord has not taken the slash commands', { reason: state.reason, retryMs });
    cancel = clock.after(retryMs, () => void attempt(Math.min(retryMs * 2, MAX_RETRY_MS)));
  }

  void attempt(FIRST_RETRY_MS);
  return {
    state: () => state,
    stop() {
      stopping.abort();
      cancel();
    },
  };
}

async function register(api: DiscordApi, applicationId: string, signal: AbortSignal): Promise<ApiAnswer> {
  const path = `/applications/${encodeURIComponent(applicationId)}/commands` as const;
  const registered = await api.call({ method: 'GET', path, signal });
  if (registered.kind !== 'ok') return registered;
  const wanted = slashCommands();
  if (isSame(registered.body, wanted)) return registered;
  return api.call({ method: 'PUT', path, body: wanted, signal });
}

function reasonOf(answer: Exclude<ApiAnswer, { kind: 'ok' }>): string {
  switch (answer.kind) {
    case 'refused':
    case 'broken':
      return `http_${String(answer.status)}`;
    case 'limited':
      return 'http_429';
    case 'not_sent':
    case 'no_answer':
      return answer.reason;
  }
}

/** Discord adds fields of its own, and leaves out what is false: only what we ask for is compared. */
function isSame(body: unknown, wanted: readonly SlashCommand[]): boolean {
  const registered: readonly unknown[] = Array.isArray(body) ? body : [];
  if (registered.length !== wanted.length) return false;
  return JSON.stringify(registered.map(commandOf)) === JSON.stringify(wanted.map(commandOf));
}

function commandOf(command: unknown): unknown {
  const { name, description, contexts, integration_types: types, options } = fieldsOf(command);
  return {
    name,
    description,
    contexts: sorted(contexts),
    types: sorted(types),
    options: listOf(options).map(optionOf),
  };
}

function optionOf(option: unknown): Record<keyof SlashOption, unknown> {
  const { type, name, description, required, autocomplete, min_value: least, options } = fieldsOf(option);
  return {
    type,
    name,
    description,
    required: required ?? false,
    autocomplete: autocomplete ?? false,
    min_value: least ?? null,
    options: listOf(options).map(optionOf),
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function sorted(value: unknown): readonly unknown[] {
  return [...listOf(value)].sort();
}
