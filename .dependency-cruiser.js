// Who may import whom. `npm run imports` checks it; the name of a broken rule says what is wrong. Imports of types count as
// well. docs/architecture.md has the same as a picture.

const PRODUCT = ['src', 'bots', 'cards', 'inbox', 'demo'];
const TOOLS = ['test', 'bench', 'scripts'];
const OURS = [...PRODUCT, ...TOOLS];
const UNDER_EVERYTHING = ['src/approval', 'src/base', 'src/contract'];
/** What verbs declare of themselves, and how a line that people type is read by it. */
const DECLARED_COMMANDS = ['src/commands/(declaration|verbs|written|parse-line).ts'];

/** What a folder or a file may import of ours besides itself; `types` only by `import type`. */
const ROOMS = {
  'src/approval': { imports: [] },
  'src/base': { imports: [] },
  'src/contract': { imports: [], types: ['src/approval', 'src/base'] },
  'src/events': { imports: ['src/approval', 'src/base'], types: ['src/contract'] },
  'src/mail': { imports: UNDER_EVERYTHING },
  'src/config': { imports: [...UNDER_EVERYTHING, 'src/mail'] },
  'src/desk': { imports: [...UNDER_EVERYTHING, 'src/events'] },
  'src/ledger': { imports: [...UNDER_EVERYTHING, 'src/mail/selection.ts'] },
  'src/delivery': { imports: [...UNDER_EVERYTHING, 'src/events', 'src/mail/selection.ts'] },
  'src/gate': { imports: [...UNDER_EVERYTHING, 'src/events'] },
  'src/telemetry': { imports: UNDER_EVERYTHING },
  'src/maintenance': { imports: ['src/base', 'src/contract', 'src/events'] },
  'src/commands': { imports: UNDER_EVERYTHING },
  'src/identity': { imports: UNDER_EVERYTHING },
  'src/http': { imports: [...UNDER_EVERYTHING, 'src/events', 'src/identity', 'src/telemetry'] },
  'src/cli': {
    imports: [...UNDER_EVERYTHING, ...DECLARED_COMMANDS, 'src/config', 'src/ledger', 'src/compose/compose.ts', 'demo'],
  },
  'src/compose': { imports: ['src'] },
  'src/main.ts': { imports: ['src/cli', 'bots/index.ts'] },
  'bots/kit': { imports: UNDER_EVERYTHING },
  'bots/index.ts': { imports: ['bots/[^/]+/entry.ts', 'src/contract/channel.ts'] },
  cards: { imports: ['src/approval', 'src/base/text/fit.ts'] },
  inbox: { imports: ['src/base'], types: ['src/contract'] },
  demo: {
    imports: [
      'src/approval',
      'src/base',
      'src/config',
      'src/compose/compose.ts',
      'src/http/shared/listen.ts',
      // the package's own export, as any application has it
      'src/gate/auth-gate/middleware.ts',
    ],
    types: ['src/contract'],
  },
};

/** Packages that only some rooms may import. */
const PACKAGES = {
  express: ['src/http', 'inbox', 'demo', 'bots/[^/]+/inbound'],
  typeorm: ['src/ledger'],
  pg: ['src/ledger'],
  'better-sqlite3': ['src/ledger', 'inbox'],
  nodemailer: ['bots/email/smtp', 'bots/email/graph/mime.ts'],
  'openid-client': ['src/identity/providers'],
  jose: ['src/identity/providers'],
  'postal-mime': ['bots/email', 'demo'],
  'discord.js': ['bots/discord'],
  '@slack/bolt': ['bots/slack'],
  'smtp-server': ['demo'],
  'oidc-provider': ['demo/koder-id'],
  adaptivecards: ['inbox/web'],
  commander: ['src/cli'],
  'smol-toml': ['src/config'],
  'mmdb-lib': ['src/gate'],
  '@simplewebauthn/server': ['src/identity/factors'],
  otpauth: ['src/identity/factors'],
  uqr: ['src/http/public/account'],
  'prom-client': ['src/http/admin/api'],
};
/** Rooms that may import a package's types all the same: a port has them in its signatures. */
const TYPES_OF_PACKAGES = { express: ['src/contract'] };

const AS_VALUES = { dependencyTypesNot: ['type-only', 'type-import'] };

/** `src/base` as a folder, `src/main.ts` as a file, `bots/[^/]+/inbound` as the beginning of a name. */
function at(paths) {
  return paths.map((path) => `^${path.replaceAll('.', '\\.')}${path.endsWith('.ts') ? '$' : '(?=[/.-])'}`);
}

function forbid(name, from, to) {
  return { name, severity: 'error', from, to };
}

const rooms = Object.entries(ROOMS).flatMap(([room, { imports, types = [] }]) => {
  const allowed = [...imports, ...types.map((of) => `types of ${of}`)];
  return [
    forbid(
      allowed.length === 0 ? `${room} imports no other room` : `${room} imports only ${allowed.join(', ')}`,
      { path: at([room]) },
      { path: at(OURS), pathNot: at([room, ...imports, ...types]) },
    ),
    ...types.map((of) =>
      forbid(`${room} imports only types of ${of}`, { path: at([room]) }, { path: at([of]), ...AS_VALUES }),
    ),
  ];
});

const packages = Object.entries(PACKAGES).flatMap(([name, owners]) => {
  const to = { path: `^node_modules/(@types/)?${name.replaceAll('.', '\\.')}/` };
  const readers = TYPES_OF_PACKAGES[name] ?? [];
  return [
    forbid(`${name} is imported only in ${owners.join(', ')}`, { pathNot: at([...owners, ...readers]) }, to),
    ...readers.map((room) =>
      forbid(`${room} imports only types of ${name}`, { path: at([room]) }, { ...to, ...AS_VALUES }),
    ),
  ];
});

export default {
  forbidden: [
    ...rooms,
    ...packages,
    forbid(
      'a channel imports only src/approval, src/base, src/contract, cards, bots/kit, declared commands and its embedded server',
      { path: '^bots/([^/]+)/' },
      {
        path: at(OURS),
        pathNot: [
          '^bots/$1/',
          ...at([...UNDER_EVERYTHING, ...DECLARED_COMMANDS, 'cards', 'bots/kit', 'inbox/embedded.ts']),
        ],
      },
    ),
    forbid(
      'src/approval imports no package and nothing of node',
      { path: at(['src/approval']) },
      { pathNot: at(OURS) },
    ),
    forbid(
      'src/contract imports only types',
      { path: at(['src/contract']) },
      { pathNot: at(['src/contract']), ...AS_VALUES },
    ),
    forbid('what runs in a browser imports nothing of node', { path: '/web/' }, { dependencyTypes: ['core'] }),
    forbid(
      'a room that has no rule yet gets one in .dependency-cruiser.js',
      { path: at(PRODUCT), pathNot: [...at(Object.keys(ROOMS)), '^bots/[^/]+/'] },
      { path: at(PRODUCT) },
    ),
    forbid('the product imports nothing of test, bench and scripts', { path: at(PRODUCT) }, { path: at(TOOLS) }),
    forbid(
      'the product imports no development package',
      // the demo does without where it is not installed
      { path: at(PRODUCT), pathNot: at(['demo/koder-id']) },
      { dependencyTypes: ['npm-dev'], ...AS_VALUES },
    ),
    forbid('there are no import cycles, not of types either', { path: at(PRODUCT) }, { circular: true }),
    forbid('what is imported is there', {}, { couldNotResolve: true }),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
};
