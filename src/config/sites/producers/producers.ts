/** Producers: external gates that open requests through the webhook receiver. Their callers' proofs are in caller-proofs.ts. */
import type { Producer } from '../../../approval/site.js';
import { readProofs } from './caller-proofs.js';
import { exampleOf } from '../../described.js';
import type { HeaderNames } from './certificate-proof.js';
import type { ProducerSecrets } from '../../config.js';
import { tellUnreached, unknownApprover, type People } from '../people.js';
import { readCallbackKey } from './callback-key.js';
import { tellShared } from './kept-apart.js';
import { DEFAULT_MAIL_CAPS, producerKeys, type ProducerKeys } from './producer-keys.js';
import { isTable, readTable, type Values } from '../../read-table.js';
import type { Where } from '../secret-reference.js';
import { knownChannels, quoted, type Reading } from '../reading.js';

export interface ProducerDraft {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly approvers: readonly string[];
  readonly notifiers: readonly string[] | null;
  readonly confirm: 'ours' | 'theirs';
  readonly callbackUrl: string | null;
  readonly mail?: NonNullable<Producer['mail']>;
  readonly secrets: ProducerSecrets;
}

/** Our own gate's name as a producer. */
const OWN_NAME = 'gate';
interface Context {
  readonly people: People;
  readonly reading: Reading;
  readonly headers: HeaderNames;
}

export function readProducers(raw: unknown, context: Context): readonly ProducerDraft[] {
  const { reading } = context;
  if (raw === undefined) return [];
  if (!isTable(raw)) {
    reading.tell('producers', { problem: 'is not a table', cure: 'Write [producers.<name>] above every producer.' });
    return [];
  }
  const keys = producerKeys(reading.channels);
  const drafts = Object.entries(raw).flatMap(([name, table]) => readProducer(name, table, { ...context, keys }) ?? []);
  tellShared(drafts, reading);
  return drafts;
}

function readProducer(
  name: string,
  raw: unknown,
  context: Context & { readonly keys: ProducerKeys },
): ProducerDraft | null {
  const { people, reading, keys } = context;
  const path = `producers.${quoted(name)}`;
  if (!/^[a-z0-9][a-z0-9_-]{0,62}$/.test(name) || name === OWN_NAME) {
    const problem = name === OWN_NAME ? 'is the name of our own gate' : 'is not a name';
    reading.tell(path, { problem, cure: 'Choose another: small letters, digits, - and _.' });
    return null;
  }
  const { values, bad, problems } = readTable(raw, keys, { file: reading.file, path });
  reading.tellAll(problems);
  if (!isTable(raw)) return null;
  if (values.hosts === undefined && values.mail !== true && !bad.has('hosts'))
    reading.tell(`${path}.hosts`, {
      problem: 'is missing',
      cure: `For example: hosts = ${exampleOf(keys.hosts)}`,
    });
  const names = values.approvers ?? [...people.keys()];
  for (const unknown of names.filter((one) => !people.has(one)))
    reading.tell(`${path}.approvers`, unknownApprover(unknown, people));
  const approvers = [...new Set(names)].filter((one) => people.has(one));
  const notifiers = values.notifiers === undefined ? null : channelsOf(values.notifiers, `${path}.notifiers`, reading);
  tellUnreached(
    approvers,
    {
      channels: notifiers ?? [],
      shared: new Set(),
      key: `${path}.notifiers`,
      everyOne: values.approvers !== undefined,
    },
    context,
  );
  return {
    name,
    hosts: (values.hosts ?? []).map((host) => host.toLowerCase()),
    approvers,
    notifiers,
    confirm: values.confirm ?? 'ours',
    callbackUrl: values.callback_url ?? null,
    ...mailOf(values, { path, bad, reading }),
    secrets: {
      ...readProofs(values, { path, bad, reading }, context.headers),
      callbackKey: readCallbackKey(values, { path, bad, reading }),
    },
  };
}

function mailOf(values: Values<ProducerKeys>, { path, bad, reading }: Where): Pick<ProducerDraft, 'mail'> {
  const { mail, mail_per_minute: perMinute, mail_per_day: perDay } = values;
  if (mail === true) {
    const { perMinute: aMinute, perDay: aDay } = DEFAULT_MAIL_CAPS;
    return { mail: { perMinute: perMinute ?? aMinute, perDay: perDay ?? aDay } };
  }
  for (const key of ['mail_per_minute', 'mail_per_day'] as const)
    if (values[key] !== undefined && !bad.has('mail'))
      reading.tell(`${path}.${key}`, {
        problem: 'is of no use without mail',
        cure: 'Write mail = true, or take it out.',
      });
  return {};
}

/** A producer cannot give a url for a channel, so we must be able to deliver over each channel ourselves. */
function channelsOf(names: readonly string[], key: string, reading: Reading): readonly string[] {
  return knownChannels(names, key, reading).filter((name) => {
    if (reading.channels.get(name)?.hasLocalForm !== false) return true;
    const local = [...reading.channels.values()]
      .filter((channel) => channel.hasLocalForm)
      .map((channel) => channel.name);
    reading.tell(key, { problem: `${name} has no local form yet`, cure: `Name others: ${local.join(', ')}.` });
    return false;
  });
}
