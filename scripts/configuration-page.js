// Writes docs/configuration.md from the words that stand beside the schemas: npm run configuration-page
// (test/config/page.test.ts fails while the page is older than they are).
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { channels } from '../dist/bots/index.js';
import { POLICY_BY_ENVIRONMENT } from '../dist/src/approval/policy.js';
import { packageRoot } from '../dist/src/base/process/package-root.js';
import { variablesOf } from '../dist/src/contract/channel.js';
import { settingsOf } from '../dist/src/config/described.js';
import { VARIABLES } from '../dist/src/config/env/variables.js';
import { authGateKeys, CHANNEL_KEYS } from '../dist/src/config/sites/auth-gate-keys.js';
import { channelsKnown } from '../dist/src/config/sites/known-channel.js';
import { IDENTITY_KEYS } from '../dist/src/config/sites/identity-keys.js';
import { MAILBOX_KEYS, MAIL_PROVIDER_KEYS, POLICY_KEYS } from '../dist/src/config/sites/mail/provider-keys.js';
import { PROVIDER_KEYS } from '../dist/src/config/sites/identity/provider-keys.js';
import { SERVICE_KEYS } from '../dist/src/config/sites/identity/services.js';
import { HEADER_KEYS } from '../dist/src/config/sites/producers/certificate-proof.js';
import { producerKeys } from '../dist/src/config/sites/producers/producer-keys.js';
import { SITE_KEYS, timeZone } from '../dist/src/config/sites/site-keys.js';
import { LIMIT_KEYS, TOP_KEYS } from '../dist/src/config/sites/top-keys.js';

export const PAGE = 'docs/configuration.md';

const HEAD = `# Configuration

Everything that can be set. This page is made from the schemas that read the configuration: change the words there and run
\`npm run configuration-page\`.

Variables come from the environment and, below it, from a file \`.env\` in the working directory. One that holds a secret may
be given as \`<NAME>_FILE\` instead: the path of a file with the value. An empty variable counts as not set. Sites, approvers
and producers stand in \`sites.toml\`. [.env.example](../.env.example) and [sites.example.toml](../sites.example.toml) are
examples to copy.

The start names every mistake at once, each with its cure, and opens no port before there is none. \`gate reload\` (or
\`SIGHUP\`) reads \`sites.toml\`, the secrets that it names and the TLS files again; a bad file changes nothing and says why.
Any other variable that is changed wants a restart.
`;

/** The gate's own variables under their headings; whatever is missing here ends the script. */
const GROUPS = [
  ['Required', ['PUBLIC_URL', 'GATE_SECRET']],
  ['The reverse proxy', ['TRUSTED_PROXIES', 'EDGE_NETWORKS', 'ALLOW_WIDE_NETWORKS']],
  ['Ports and addresses', ['PUBLIC_PORT', 'GATE_PORT', 'GATE_HOST', 'ADMIN_PORT', 'ADMIN_HOST', 'ADMIN_URL']],
  ['TLS of the public plane', ['PUBLIC_TLS_CERT', 'PUBLIC_TLS_KEY', 'PUBLIC_TLS_PORT', 'PUBLIC_TLS_CLIENT_CA']],
  ['Files, database and processes', ['DATA_DIR', 'SITES_FILE', 'DATABASE_URL', 'GATE_ROLES', 'GEO_FILE', 'LOG_LEVEL']],
  ['Monitoring', ['METRICS_TOKEN']],
  ['Behaviour', ['GATE_STALE_MAX', 'RECEIVER_FAILURES_PER_MINUTE']],
  ['How long things are kept', Object.keys(VARIABLES).filter((name) => /^(RETENTION|SUPPRESSION)_DAYS/.test(name))],
  ['The demo', ['DEMO_SITE_PORT']],
];

const LITERAL = /^(?!none$)[^\s`]+$/;

function fact(label, text) {
  if (text === undefined) return [];
  return [`**${label}** ${LITERAL.test(text) ? `\`${text}\`` : text}`];
}

/** One variable or key: its heading, what it means, and the facts in one line. */
function entry(name, setting, { written, readBy }) {
  const example = setting.example === undefined ? [] : [`**Example** \`${written(name, setting.example)}\``];
  const facts = [
    `**Value** ${setting.form}`,
    ...fact('Default', setting.default),
    ...example,
    `**Read by** ${setting.readBy ?? readBy}`,
  ];
  return `#### \`${name}\`\n\n${setting.meaning}\n\n${facts.join(' · ')}\n`;
}

function section(title, settings, how) {
  const entries = Object.entries(settings).map(([name, setting]) => entry(name, setting, how));
  return [`### ${title}\n`, ...(how.before ?? []), ...entries];
}

function ownVariables() {
  const grouped = GROUPS.flatMap(([, names]) => names);
  const missing = Object.keys(VARIABLES).filter((name) => !grouped.includes(name));
  if (missing.length > 0) throw new Error(`no heading for ${missing.join(', ')}: add them to GROUPS`);
  const written = (name, example) => `${name}=${example}`;
  return GROUPS.flatMap(([title, names]) =>
    section(title, Object.fromEntries(names.map((name) => [name, VARIABLES[name]])), { written }),
  );
}

function channelVariables(entries) {
  const written = (name, example) => `${name}=${example}`;
  return entries.flatMap((entry) =>
    section(entry.title, variablesOf(entry), { written, readBy: 'public plane and courier' }),
  );
}

function tables(entries) {
  const known = channelsKnown(entries, { environment: {}, readFile: () => '' });
  const written = (name, example) => `${name} = ${example}`;
  const addresses = Object.fromEntries(entries.map(({ name, address }) => [name, address]));
  const rooms = Object.fromEntries(entries.flatMap(({ name, room }) => (room ? [[`${name}_channel`, room]] : [])));
  const every = { written, readBy: 'every process' };
  return [
    section('At the top', settingsOf(TOP_KEYS), every),
    section(
      '`[approvers."<handle>"]`',
      { ...addresses, time_zone: settingsOf({ timeZone }).timeZone },
      {
        written,
        readBy: 'the channel of that name',
        before: ['One table an approver, with an address on each channel that is to reach them; at least one.\n'],
      },
    ),
    section('`[[sites]]`', settingsOf(SITE_KEYS), {
      ...every,
      before: ['One table a site: a protected host, or several hosts with the same rules.\n', byEnvironment()],
    }),
    section(
      '`[sites.auth_gate]`',
      { ...settingsOf(authGateKeys(known)), ...rooms },
      { written, readBy: 'every process' },
    ),
    section('`[sites.auth_gate.<channel>]`', settingsOf(CHANNEL_KEYS), {
      written,
      readBy: 'public plane and courier',
      before: ['What holds for one channel of this site.\n'],
    }),
    section('`[producers.<name>]`', settingsOf(producerKeys(known)), {
      written,
      readBy: 'public plane',
      before: [
        'One table a producer: another gate, or any service, that opens requests through the webhook receiver. [service-callers.md](service-callers.md) has the ways in which its callers prove themselves.\n',
      ],
    }),
    section('`[client_certificates]`', settingsOf(HEADER_KEYS), {
      written,
      readBy: 'public plane',
      before: ['The headers in which a trusted proxy tells of a client certificate that it has verified.\n'],
    }),
    section('`[limits]`', settingsOf(LIMIT_KEYS), { written, readBy: 'public and gate plane' }),
    section('`[identity]`', settingsOf(IDENTITY_KEYS), {
      written,
      before: [
        'How long whoever signed in stays so, and whether they give a second factor. [sign-in.md](sign-in.md) has the rest.\n',
      ],
    }),
    section('`[identity.providers.<name>]`', settingsOf(PROVIDER_KEYS), {
      written,
      readBy: 'public plane',
      before: ['One table a provider that people may sign in with. [sign-in.md](sign-in.md) has the steps for each.\n'],
    }),
    section('`[identity.services.<name>]`', settingsOf(SERVICE_KEYS), {
      written,
      readBy: 'admin plane',
      before: [
        'One table a service of yours that signs people in over the admin plane. [service-callers.md](service-callers.md#services-that-sign-people-in) has the calls.\n',
      ],
    }),
    ...mailTables({ written, readBy: 'public and admin plane, courier' }),
  ].flat();
}

function mailTables(how) {
  const provider = {
    ...how,
    before: ['One table a provider that carries mails, beside `SMTP_URL` or in its place.\n'],
  };
  const mailbox = { ...how, before: ['One table an address that mails go from.\n'] };
  return [
    section('`[mail.providers.<name>]`', settingsOf(MAIL_PROVIDER_KEYS), provider),
    ...Object.entries(POLICY_KEYS).map(([table, keys]) =>
      section(`\`[mail.providers.<name>.${table}]\``, settingsOf(keys), how),
    ),
    section('`[mail.mailboxes."<address>"]`', settingsOf(MAILBOX_KEYS), mailbox),
  ];
}

function byEnvironment() {
  const rows = Object.entries(POLICY_BY_ENVIRONMENT).map(([environment, { isGated, grantTtlSeconds }]) => {
    const hours = `${String(grantTtlSeconds / 3_600)} h`;
    return `| ${environment}         | ${isGated ? 'on ' : 'off'}  | ${hours.padEnd(23)} |`;
  });
  return [
    '| environment | gate | an approval lets in for |',
    '| ----------- | ---- | ----------------------- |',
    ...rows,
    '',
  ].join('\n');
}

/** The whole page, of a gate with these channels. */
export function page(entries = channels) {
  return [
    ...[HEAD, '## Environment\n', ...ownVariables(), ...channelVariables(entries)],
    ...['## `sites.toml`\n', ...tables(entries)],
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(join(packageRoot(), PAGE), page());
