/** `passage` of a site's gate: who passes by who they are. Each entry names approvers, or somebody at a provider. */
import { z } from 'zod';
import type { PassageEntry } from '../../approval/passage.js';
import { issuersOf } from '../../approval/person-issuer.js';
import type { Environment } from '../../approval/request.js';
import { sameMailbox, typedMailbox } from '../../base/net/mailbox.js';
import { nearest } from '../../base/text/nearest.js';
import type { ProviderConfig } from '../../contract/identity-providers.js';
import { described } from '../described.js';
import type { Wrong } from '../problems.js';
import { isTable, judged, readTable, type Values } from '../read-table.js';
import type { Reading } from './reading.js';
import { canonicalDomain } from './site-checks.js';

/** Each is looked at for every check of whoever is signed in; a longer list is a group, and that is the provider's to keep. */
const MAX_ENTRIES = 100;
const APPROVERS = 'approvers';
/** Where anybody gets a mailbox, so that a domain names nobody in particular. */
const EVERYBODYS = new Set(['gmail.com', 'googlemail.com', 'outlook.com', 'hotmail.com', 'yahoo.com', 'icloud.com']);

export const PASSAGE_KEY = described(z.array(z.unknown()), {
  meaning:
    'Who passes a site of dev or stg by who they are: they sign in at the pending page and pass for 12 hours without a request. `"approvers"` are those of the site. Anybody else is named at a provider of `[identity.providers]`: by `subject`, the number or name that never changes there, by an `email` or by the `domain` of one that the provider has verified; and passes only having signed in there. docs/sign-in.md has the rest.',
  form: `a list of \`"approvers"\` and of tables with \`provider\` and one of \`subject\`, \`email\`, \`domain\`; at most ${String(MAX_ENTRIES)}`,
  default: 'nobody: every visitor is asked about',
  example: '["approvers", { provider = "koder", subject = "4711" }, { provider = "google", domain = "example.org" }]',
  readBy: 'gate plane',
});

const ENTRY_KEYS = {
  provider: described(z.string(), {
    meaning: 'Where they sign in.',
    form: 'the name of a table of `[identity.providers]`',
    example: '"koder"',
  }),
  subject: described(z.string().min(1).max(255), {
    meaning: 'What never changes of them there.',
    form: 'a text',
    example: '"4711"',
  }),
  email: described(judged(emailWrong), {
    meaning: 'An address of theirs that the provider has verified.',
    form: 'an e-mail address',
    example: '"ana@example.org"',
  }),
  domain: described(judged(domainWrong), {
    meaning: 'The domain of such an address.',
    form: 'a domain',
    example: '"example.org"',
  }),
};

type Given = Values<typeof ENTRY_KEYS>;

export interface PassagePlace {
  /** `sites."stg.example.org".auth_gate.passage` */
  readonly path: string;
  readonly environment: Environment;
  readonly providers: ReadonlyMap<string, ProviderConfig>;
  readonly reading: Reading;
}

export function readPassage(written: readonly unknown[] | undefined, place: PassagePlace): readonly PassageEntry[] {
  if (written === undefined) return [];
  const { path, environment, reading } = place;
  const wrong = listWrong(written, environment);
  if (wrong !== null) {
    reading.tell(path, wrong);
    return [];
  }
  return written.flatMap((entry, index) => readEntry(entry, `${path}.${String(index)}`, place) ?? []);
}

function listWrong(written: readonly unknown[], environment: Environment): Wrong | null {
  if (environment === 'prd')
    return {
      problem: 'is for dev and stg: into a site of prd each visitor is let by a person',
      cure: 'Take it out. Whoever needs prd for long belongs in the allowed networks, or behind a sign-in of the site itself.',
    };
  if (written.length === 0)
    return { problem: 'is empty', cure: 'Leave the key out for nobody, or name somebody: ["approvers"].' };
  if (written.length <= MAX_ENTRIES) return null;
  return {
    problem: `has ${String(written.length)} entries, more than ${String(MAX_ENTRIES)}`,
    cure: 'Name a domain that several have in common: { provider = "google", domain = "example.org" }.',
  };
}

function readEntry(entry: unknown, path: string, place: PassagePlace): PassageEntry | null {
  const { reading, providers } = place;
  if (entry === APPROVERS) return { kind: APPROVERS };
  if (!isTable(entry)) {
    reading.tell(path, nobody(entry));
    return null;
  }
  const { values, bad, problems } = readTable(entry, ENTRY_KEYS, { file: reading.file, path });
  reading.tellAll(problems);
  const provider = providers.get(values.provider ?? '');
  if (provider === undefined) {
    if (!bad.has('provider')) reading.tell(`${path}.provider`, unknownProvider(values.provider, providers));
    return null;
  }
  if (bad.size > 0) return null;
  const read = personIn(values, { provider: provider.name, issuers: issuersOf(provider) });
  if ('problem' in read) reading.tell(path, read);
  return 'problem' in read ? null : read;
}

function personIn(
  given: Given,
  at: { readonly provider: string; readonly issuers: readonly string[] },
): PassageEntry | Wrong {
  const { subject, email, domain } = given;
  const said = (['subject', 'email', 'domain'] as const).filter((key) => given[key] !== undefined);
  if (said.length > 1)
    return { problem: `says ${said.join(' and ')} at once`, cure: 'Write an entry for each: one of them is enough.' };
  if (subject !== undefined) return { kind: 'subject', subject, ...at };
  if (email !== undefined) return { kind: 'mailbox', mailbox: typedMailbox(email) ?? sameMailbox(email), ...at };
  if (domain !== undefined) return { kind: 'domain', domain: canonicalDomain(domain) ?? domain, ...at };
  return {
    problem: 'names a provider and nobody there',
    cure: 'Add one of subject, email, domain. Everybody who has an account at a provider is nobody in particular.',
  };
}

function nobody(entry: unknown): Wrong {
  const cure = 'Write "approvers", or a table: { provider = "koder", subject = "4711" }.';
  if (typeof entry !== 'string') return { problem: 'is no entry', cure };
  const isNear = nearest(entry, [APPROVERS]) !== null;
  return { problem: 'names nobody', cure: isNear ? `Did you mean "${APPROVERS}"? ${cure}` : cure };
}

function unknownProvider(name: string | undefined, providers: ReadonlyMap<string, unknown>): Wrong {
  const known = [...providers.keys()];
  const all = known.length === 0 ? 'There is none yet: docs/sign-in.md says how.' : `Known: ${known.join(', ')}.`;
  if (name === undefined) return { problem: 'is missing', cure: `Name a table of [identity.providers]. ${all}` };
  const meant = nearest(name, known);
  const guess = meant === null ? `Add [identity.providers.<name>] for it.` : `Did you mean ${meant}?`;
  return { problem: 'is no provider of [identity.providers]', cure: `${guess} ${all}` };
}

function emailWrong(text: string): Wrong | null {
  if (typedMailbox(text) !== null) return null;
  return { problem: 'is no e-mail address', cure: 'Write one address, with one @: ana@example.org.' };
}

function domainWrong(text: string): Wrong | null {
  const domain = canonicalDomain(text);
  if (domain === null || !domain.includes('.') || domain.includes('*'))
    return { problem: `"${text}" is not a domain`, cure: 'Write it alone, without @ and star: example.org.' };
  if (!EVERYBODYS.has(domain)) return null;
  return {
    problem: `${domain} gives a mailbox to anybody, so everybody would pass`,
    cure: 'Name people by subject or email instead.',
  };
}
