/** Problems of `sites.toml`, each with its place, its text and its cure: the file, hosts, and what a site says of itself. */
import { expect, test } from '@jest/globals';
import { problemsOf, type Variation } from '../fixtures/sites/loading.js';
import { ADA, AT, site, tellsEach, type ProblemCase } from '../fixtures/sites/problems.js';

const ENVIRONMENTS = [
  ['staging', 'Write environment = "stg".'],
  ['development', '"dev"'],
  ['production', '"prd"'],
  ['prod', '"prd"'],
  ['STG', '"stg"'],
  [' dev', '"dev"'],
  ['qa', '"dev", "stg" or "prd"'],
] as const;

const NETWORKS = [
  ['10.0.0.300/32', 'is not a network', '192.0.2.0/24'],
  ['10.0.0.0/33', 'is not a network', '192.0.2.0/24'],
  ['10.1/16', 'is not a network', '192.0.2.0/24'],
  ['0.0.0.0/0', 'matches every address', 'Name the networks'],
  ['::/0', 'matches every address', 'Name the networks'],
  ['192.0.2.7', 'is an address, not a network', '"192.0.2.7/32"'],
  ['192.0.2.7/24', 'names an address inside the network 192.0.2.0/24', '"192.0.2.7/32"'],
  ['2001:db8::1/64', 'names an address inside the network 2001:db8::/64', '"2001:db8::/64"'],
  [
    '::ffff:192.0.2.7/128',
    'is an IPv4-mapped IPv6 address, and whoever comes from one counts by the IPv4 address in it',
    '"192.0.2.7/32"',
  ],
  [
    '64:ff9b::c000:200/120',
    'is a NAT64 address, and whoever comes from one counts by the IPv4 address in it',
    '"192.0.2.0/24"',
  ],
  ['64:ff9b::/96', 'is a NAT64 address', 'Name the IPv4 networks that are meant.'],
  ['fe80::1%eth0/128', 'is not a network', '2001:db8:1::/48'],
] as const;

const CASES: readonly ProblemCase[] = [
  ['', 'sites', 'is missing, and so are producers: there is nothing to gate', 'sites.example.toml'],
  ['[[sites]]\ndomains = [', 'line 2, column 11', 'is not TOML: unfinished array', 'Correct that line'],
  [`${site('')}[limit]\n`, 'limit', 'is not a known key', 'Did you mean limits?'],
  ['sites = 1', 'sites', 'is not a table', '[[sites]]'],
  ['[sites.auth_gate]\nenabled = true', 'sites.auth_gate', 'belongs to no site', 'Put [[sites]]'],
  ['[[sites]]\nenvironment = "prd"', 'sites[1].domains', 'is missing', 'domains = ["stg.example.org"]'],
  ['[[sites]]\ndomains = []\nenvironment = "prd"', 'sites[1].domains', 'is empty', 'domains = ['],
  [
    '[[sites]]\ndomains = "a.example.org"\nenvironment = "prd"',
    'sites[1].domains',
    'is text, which does not fit here',
    'domains = [',
  ],
  [
    '[[sites]]\ndomains = ["*.a.org"]\nenvironment = "prd"',
    'sites."*.a.org".domains',
    '*.a.org is a pattern, and a site of prd has none',
    'Name every host',
  ],
  [
    '[sites."*.a.org"]\nenvironment = "prd"\nauth_gate = { enabled = false }',
    'sites."*.a.org".domains',
    '*.a.org is a pattern, and a site of prd has none',
    'Name every host',
  ],
  ...[
    '*',
    '*.',
    '*.org',
    'a.*.example.org',
    '*foo.example.org',
    '*.*.example.org',
    '**.example.org',
    'a.example.*',
    '*.0.0.1',
    '*.[::1]',
    '*. example.org',
    '*.org.',
    '*.co.uk',
    '*.Com.BR.',
  ].map(
    (pattern) =>
      [
        `${ADA}[[sites]]\ndomains = ["${pattern}"]\n[sites.auth_gate]\nadmin = "ada@example.org"`,
        `sites."${pattern}".domains.0`,
        `"${pattern}" is no pattern that a site may have`,
        '*.preview.example.org',
      ] as const,
  ),
  [
    `${ADA}${['*.p.example.org', '*.P.Example.org.'].map((name) => `[[sites]]\ndomains = ["${name}"]\n[sites.auth_gate]\nadmin = "ada@example.org"\n`).join('')}`,
    'sites."*.P.Example.org.".domains',
    '*.p.example.org belongs to another site too',
    'one site',
  ],
  [
    '[[sites]]\ndomains = ["https://a.org/"]\nenvironment = "prd"',
    'sites."https://a.org/".domains.0',
    '"https://a.org/" is not a host name',
    'stg.example.org',
  ],
  ...ENVIRONMENTS.map(
    ([code, cure]) =>
      [
        site(`environment = "${code}"`),
        `${AT}.environment`,
        `"${code}" is not an environment code (dev, stg, prd)`,
        cure,
      ] as const,
  ),
  [site('environment = 3'), `${AT}.environment`, 'is the number 3, which does not fit here', 'environment = "stg"'],
  [site('enviroment = "stg"'), `${AT}.enviroment`, 'is not a known key', 'Did you mean environment?'],
  [site('admin = "ada@example.org"'), `${AT}.admin`, 'belongs into [sites.auth_gate]', 'below [sites.auth_gate]'],
  [
    site('smtp_password = "x"'),
    `${AT}.smtp_password`,
    'looks like a secret, and secrets do not belong in this file',
    '.env.example',
  ],
  [
    site('open_paths = ["/status", "/*"]'),
    `${AT}.open_paths.1`,
    '"/*" would open the whole site, or its front page',
    'give it an exception',
  ],
  [
    site('open_paths = ["post /hooks"]'),
    `${AT}.open_paths.0`,
    '"post /hooks" begins with "post", which is not a method',
    'Write POST.',
  ],
  [site('open_paths = "/status"'), `${AT}.open_paths`, 'is text, which does not fit here', 'acme-challenge'],
  [
    site(`open_paths = [${Array.from({ length: 33 }, (_, index) => `"/p${String(index)}"`).join(', ')}]`),
    `${AT}.open_paths`,
    'has 33 entries, more than 32',
    'several have in common',
  ],
  ...NETWORKS.map(
    ([network, problem, cure]) =>
      [
        site(`permanent_whitelist = ["${network}"]`),
        `${AT}.permanent_whitelist.0`,
        `"${network}" ${problem}`,
        cure,
      ] as const,
  ),
  [
    site('permanent_whitelist = ["128.0.0.0/1"]'),
    `${AT}.permanent_whitelist`,
    'a network covers 128.0.0.0/1, which is wider than /8',
    'allow_wide_networks = true',
  ],
  [
    site('permanent_whitelist = ["0.0.0.0/1", "128.0.0.0/1"]\nallow_wide_networks = true'),
    `${AT}.permanent_whitelist`,
    'together these networks match every IPv4 address',
    'Name the networks that are meant, or leave it out.',
  ],
  [
    site('exceptions = ["banner_required"]\nexceptions_expire = "2026-05-20"'),
    `${AT}.exceptions_justification`,
    'is missing, and exceptions need a reason',
    'exceptions_justification =',
  ],
  [
    site('exceptions = ["banner_required"]\nexceptions_justification = "x"'),
    `${AT}.exceptions_expire`,
    'is missing, and exceptions need an end',
    'YYYY-MM-DD',
  ],
  [
    site('exceptions = ["banner_required"]\nexceptions_justification = "x"\nexceptions_expire = "2026-05-11"'),
    `${AT}.exceptions_expire`,
    'the exceptions ended on 2026-05-11',
    'justify them anew',
  ],
  [
    site('exceptions = ["banner_required"]\nexceptions_justification = "x"\nexceptions_expire = "May 20"'),
    `${AT}.exceptions_expire`,
    '"May 20" is not a date',
    '2030-01-31',
  ],
  [
    site('exceptions = ["No banner"]\nexceptions_justification = "x"\nexceptions_expire = 2026-05-20'),
    `${AT}.exceptions.0`,
    '"No banner" is not an exception\'s name',
    'auth_gate_disabled',
  ],
  [
    `${site('')}[[sites]]\ndomains = ["STG.example.org."]\nenvironment = "prd"`,
    'sites."STG.example.org.".domains',
    'stg.example.org belongs to another site too',
    'one site',
  ],
  [`operators = ["ada"]\n${site('')}`, 'operators.0', 'is the handle of no approver, and', 'the handle of an approver'],
  [`operators = ["a b"]\n${site('')}`, 'operators.0', 'is no handle', 'without spaces'],
  [`operators = "rpm@koder.dev"\n${site('')}`, 'operators', 'is text', '["rpm@koder.dev"]'],
  [`${site('')}[identity]\nsession_idle_sec = 60`, 'identity.session_idle_sec', 'is 60, less than 900', '= 28800'],
  [
    `${site('')}[identity]\nsession_max_sec = 9e9`,
    'identity.session_max_sec',
    'is 9000000000, more than 7776000',
    '= 604800',
  ],
  [
    `${site('')}[identity]\nsession_idle_sec = 7200\nsession_max_sec = 3600`,
    'identity.session_idle_sec',
    'is 7200, more than session_max_sec, which is 3600',
    'raise session_max_sec',
  ],
  [`${site('')}[identity]\nidle_sec = 5`, 'identity.idle_sec', 'is not a known key', 'session_idle_sec'],
  [`${site('')}[limits]\nwindow_sec = 0`, 'limits.window_sec', 'is 0, less than 1', 'window_sec = 600'],
  [
    `${site('')}[limits]\nwindow_scope = "host"`,
    'limits.window_scope',
    'is "host", not one of all, site',
    'window_scope = "all"',
  ],
  [`${site('')}[limits]\nmax_pending = 5`, 'limits.max_pending', 'is not a known key', 'max_pending_per_approver'],
];

tellsEach(CASES);

test('a channel that a site uses and that is not configured is told with its variables', () => {
  const entry = {
    name: 'pager',
    title: 'Pager',
    variables: { PAGER_TOKEN: { meaning: 'Token of the pager', form: 'text' } },
    address: { meaning: 'A number', form: 'digits' },
    configure: () => ({ config: null, problems: [] }),
    checkAddress: () => null,
    load: () => Promise.reject(new Error('never loaded')),
  };
  const variation: Variation = {
    sites: `[approvers.ada]\npager = "1"\n[[sites]]\ndomains = ["a.org"]\n[sites.auth_gate]\nadmin = "ada"\nnotifiers = ["pager"]`,
    entries: [entry],
  };

  expect(problemsOf(variation)).toEqual([
    'sites.toml: sites."a.org".auth_gate.notifiers | needs the channel pager, which is not configured | Set PAGER_TOKEN; .env.example says what each means.',
  ]);
});
