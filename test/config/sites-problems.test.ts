/** `sites.toml`: every problem with its place, its text and its cure. */
import { describe, expect, test } from '@jest/globals';
import { problemsOf, SECRET, type Variation } from './loading.js';

const ADA = '[approvers."ada@example.org"]\nemail = "ada@example.org"\n';

/** One site with these lines of its own and of its gate. */
function site(own: string, gate = 'admin = "ada@example.org"'): string {
  return `${ADA}[[sites]]\ndomains = ["stg.example.org"]\n${own}\n[sites.auth_gate]\n${gate}\n`;
}

function gate(lines: string): string {
  return site('', `admin = "ada@example.org"\n${lines}`);
}

function producer(lines: string): string {
  return `${site('')}[producers.jet]\nhosts = ["stg.example.org"]\nnotifiers = ["email"]\n${lines}\n`;
}

const AT = 'sites."stg.example.org"';
const GATE = `${AT}.auth_gate`;
const TOKEN = { JET_TOKEN: SECRET };

/** The file, then the key, the whole problem, and a part of the cure. */
const CASES: readonly (readonly [string, string, string, string])[] = [
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
    'sites."*.a.org".domains.0',
    '"*.a.org" is a pattern',
    'list every host',
  ],
  [
    '[[sites]]\ndomains = ["https://a.org/"]\nenvironment = "prd"',
    'sites."https://a.org/".domains.0',
    '"https://a.org/" is not a host name',
    'stg.example.org',
  ],
  [
    site('environment = "staging"'),
    `${AT}.environment`,
    '"staging" is not an environment code (dev, stg, prd)',
    'Write environment = "stg".',
  ],
  [
    site('environment = "development"'),
    `${AT}.environment`,
    '"development" is not an environment code (dev, stg, prd)',
    '"dev"',
  ],
  [
    site('environment = "production"'),
    `${AT}.environment`,
    '"production" is not an environment code (dev, stg, prd)',
    '"prd"',
  ],
  [site('environment = "prod"'), `${AT}.environment`, '"prod" is not an environment code (dev, stg, prd)', '"prd"'],
  [site('environment = "STG"'), `${AT}.environment`, '"STG" is not an environment code (dev, stg, prd)', '"stg"'],
  [site('environment = " dev"'), `${AT}.environment`, '" dev" is not an environment code (dev, stg, prd)', '"dev"'],
  [
    site('environment = "qa"'),
    `${AT}.environment`,
    '"qa" is not an environment code (dev, stg, prd)',
    '"dev", "stg" or "prd"',
  ],
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
    site('permanent_whitelist = ["10.0.0.300/32"]'),
    `${AT}.permanent_whitelist.0`,
    '"10.0.0.300/32" is not a network',
    '192.0.2.0/24',
  ],
  [
    site('permanent_whitelist = ["10.0.0.0/33"]'),
    `${AT}.permanent_whitelist.0`,
    '"10.0.0.0/33" is not a network',
    '192.0.2.0/24',
  ],
  [
    site('permanent_whitelist = ["10.1/16"]'),
    `${AT}.permanent_whitelist.0`,
    '"10.1/16" is not a network',
    '192.0.2.0/24',
  ],
  [
    site('permanent_whitelist = ["0.0.0.0/0"]'),
    `${AT}.permanent_whitelist.0`,
    '"0.0.0.0/0" matches every address',
    'Name the networks',
  ],
  [
    site('permanent_whitelist = ["::/0"]'),
    `${AT}.permanent_whitelist.0`,
    '"::/0" matches every address',
    'Name the networks',
  ],
  [
    site('permanent_whitelist = ["192.0.2.7"]'),
    `${AT}.permanent_whitelist.0`,
    '"192.0.2.7" is an address, not a network',
    '"192.0.2.7/32"',
  ],
  [
    site('permanent_whitelist = ["192.0.2.7/24"]'),
    `${AT}.permanent_whitelist.0`,
    '"192.0.2.7/24" names an address inside the network 192.0.2.0/24',
    '"192.0.2.7/32"',
  ],
  [
    site('permanent_whitelist = ["2001:db8::1/64"]'),
    `${AT}.permanent_whitelist.0`,
    '"2001:db8::1/64" names an address inside the network 2001:db8::/64',
    '"2001:db8::/64"',
  ],
  [
    site('permanent_whitelist = ["::ffff:192.0.2.7/128"]'),
    `${AT}.permanent_whitelist.0`,
    '"::ffff:192.0.2.7/128" is IPv4 in an IPv6 coat, and visitors\' addresses are compared without it',
    '"192.0.2.7/32"',
  ],
  [
    site('permanent_whitelist = ["fe80::1%eth0/128"]'),
    `${AT}.permanent_whitelist.0`,
    '"fe80::1%eth0/128" is not a network',
    '2001:db8:1::/48',
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
    gate('enabled = false'),
    `${GATE}.enabled`,
    'is false, but dev sites are gated',
    'exceptions = ["auth_gate_disabled"]',
  ],
  [gate('enabled = "yes"'), `${GATE}.enabled`, 'is text, which does not fit here', 'enabled = true'],
  [site('', ''), `${GATE}.admin`, 'is missing: the site is gated and nobody may decide for it', 'admin_email'],
  [
    site('', 'admin = "bob@example.org"'),
    `${GATE}.admin`,
    'names bob@example.org, who has no table',
    '[approvers."bob@example.org"]',
  ],
  [
    site('', 'admin = "adda@example.org"'),
    `${GATE}.admin`,
    'names adda@example.org, who has no table',
    'Did you mean ada@example.org?',
  ],
  [site('', 'admin = "two words"'), `${GATE}.admin.0`, 'is no handle', 'without spaces'],
  [site('', 'admin_email = "nobody"'), `${GATE}.admin_email`, 'is no e-mail address', 'rpm@example.org'],
  [
    gate('admin_email = "eve@example.org"'),
    `${GATE}.admin_email`,
    'is not the e-mail address of ada@example.org',
    'Take it out',
  ],
  [
    site('', 'admin = ["a", "b"]\nadmin_email = "eve@example.org"'),
    `${GATE}.admin_email`,
    'could be the e-mail address of a or b',
    'Take it out',
  ],
  [gate('notifiers = []'), `${GATE}.notifiers`, 'is empty', '["email", "talk"]'],
  [
    gate('notifiers = ["mail"]'),
    `${GATE}.notifiers`,
    '"mail" is not a channel',
    'Did you mean email? Known: talk, koder_id, email, ',
  ],
  [
    gate('notifiers = ["email", "koder_id"]'),
    `${GATE}.notifiers`,
    'koder_id has no local form yet',
    'set [sites.auth_gate.koder_id].url or KODER_JET_KODER_ID_URL',
  ],
  [
    gate('notifiers = ["email", "talk"]'),
    `${GATE}.notifiers`,
    'names talk, where no approver has an address',
    'talk = "<address>"',
  ],
  [
    gate('notifiers = ["talk"]'),
    `${GATE}.notifiers`,
    'ada@example.org has no address on talk',
    '[approvers."ada@example.org"]',
  ],
  [gate('whitelist_ttl_sec = 59'), `${GATE}.whitelist_ttl_sec`, 'is 59, less than 60', 'whitelist_ttl_sec = 86400'],
  [
    gate('whitelist_ttl_secs = 600'),
    `${GATE}.whitelist_ttl_secs`,
    'is not a known key',
    'Did you mean whitelist_ttl_sec?',
  ],
  [gate('request_ttl_sec = 29'), `${GATE}.request_ttl_sec`, 'is 29, less than 30', 'request_ttl_sec = 600'],
  [gate('request_ttl_sec = 86401'), `${GATE}.request_ttl_sec`, 'is 86401, more than 86400', 'request_ttl_sec = 600'],
  [
    gate('request_ttl_sec = 60.5'),
    `${GATE}.request_ttl_sec`,
    'is the number 60.5, which does not fit here',
    'request_ttl_sec = 600',
  ],
  [gate('geofence = []'), `${GATE}.geofence`, 'is empty, which would shut everybody out', '["BR"]'],
  [gate('geofence = ["br"]'), `${GATE}.geofence.0`, '"br" is not a country code', 'Write "BR".'],
  [gate('geofence = ["BR", "UK"]'), `${GATE}.geofence.1`, '"UK" is not a country code', 'Write "GB".'],
  [gate('geofence = ["BRA"]'), `${GATE}.geofence.0`, '"BRA" is not a country code', 'alpha-2'],
  [gate('confirm_endpoint = "confirm.example.org"'), `${GATE}.confirm_endpoint`, 'is not a URL', 'https://'],
  [
    gate('[sites.auth_gate.talk]\nurl = "http://talk.example.org"'),
    `${GATE}.talk.url`,
    'is plain http to talk.example.org',
    'https://',
  ],
  [
    gate('[sites.auth_gate.talk]\ntoken = "x"'),
    `${GATE}.talk.token`,
    'looks like a secret, and secrets do not belong in this file',
    '.env.example',
  ],
  [gate('[sites.auth_gate.matrix]\nurl = "https://x.org"'), `${GATE}.matrix`, 'is not a known key', 'Known here:'],
  [
    gate('permanent_whitelist = ["192.0.2.0/24"]'),
    `${GATE}.permanent_whitelist`,
    'belongs into the site itself, above [sites.auth_gate]',
    'Write it',
  ],
  [
    gate('notifiers = ["talk"]\n[sites.auth_gate.talk]\nurl = "https://talk.example.org/a"'),
    'WEBHOOK_TOKEN',
    'is not set, but a site delivers to a consumer, which must know who asks',
    'WEBHOOK_TOKEN',
  ],
  [
    `${site('')}[[sites]]\ndomains = ["STG.example.org."]\nenvironment = "prd"`,
    'sites."STG.example.org.".domains',
    'stg.example.org belongs to another site too',
    'one site',
  ],
  [`${site('')}[approvers."bob"]\n`, 'approvers.bob', 'has no address on any channel', 'email ='],
  [
    `${site('')}[approvers."bob"]\nemail = "bob"`,
    'approvers.bob.email',
    'is not a mail address like name@example.org',
    'Correct the address',
  ],
  [
    `${site('')}[approvers."bob"]\nemails = "bob@example.org"`,
    'approvers.bob.emails',
    'is not a known key',
    'Did you mean email?',
  ],
  [
    `${site('')}[approvers."bob"]\nemail = ["bob@example.org"]`,
    'approvers.bob.email',
    'is a list, which does not fit here',
    'rpm@example.org',
  ],
  [`${site('')}[approvers."b b"]\nemail = "bob@example.org"`, 'approvers."b b"', 'is no handle', 'without spaces'],
  [`${site('')}[limits]\nwindow_sec = 0`, 'limits.window_sec', 'is 0, less than 1', 'window_sec = 600'],
  [
    `${site('')}[limits]\nwindow_scope = "host"`,
    'limits.window_scope',
    'is "host", not one of all, site',
    'window_scope = "all"',
  ],
  [`${site('')}[limits]\nmax_pending = 5`, 'limits.max_pending', 'is not a known key', 'max_pending_per_approver'],
  [producer(''), 'producers.jet.token_env', 'is missing', 'token_env or token_file'],
  [
    producer('token_env = "JET_TOKEN"\ntoken_file = "t"'),
    'producers.jet.token_env',
    'is given, and so is token_file',
    'Keep one',
  ],
  [
    producer('token_env = "JET_TOKEN_2"'),
    'producers.jet.token_env',
    'the variable JET_TOKEN_2 is not set',
    'JET_TOKEN_2_FILE',
  ],
  [
    producer('token_env = "s3cr3t-itself"'),
    'producers.jet.token_env',
    "is not a variable's name",
    'never the secret itself',
  ],
  [producer('token_file = "gone"'), 'producers.jet.token_file', 'points to /', 'Create /'],
  [
    producer('token = "s3cr3t"'),
    'producers.jet.token',
    'looks like a secret, and secrets do not belong in this file',
    'token_env or token_file',
  ],
  [
    producer('token_env = "SHORT"'),
    'producers.jet.token',
    'is shorter than 24 characters, or holds some that no bearer token may',
    'openssl',
  ],
  [
    producer('token_env = "JET_TOKEN"\ncallback_url = "https://jet.example.org/d"'),
    'producers.jet.callback_secret_env',
    'is missing',
    'callback_secret_env or callback_secret_file',
  ],
  [
    producer('token_env = "JET_TOKEN"\ncallback_secret_env = "JET_TOKEN"'),
    'producers.jet.callback_url',
    'is missing, but its secret is named',
    'callback_url =',
  ],
  [
    producer('token_env = "JET_TOKEN"\ncallback_url = "https://j.example.org"\ncallback_secret_env = "JET_TOKEN"'),
    'producers.jet.callback_secret',
    'is not a signing secret of 24 bytes or more (whsec_ and base64)',
    'whsec_',
  ],
  [
    producer('token_env = "JET_TOKEN"\nconfirm = "mine"'),
    'producers.jet.confirm',
    'is "mine", not one of ours, theirs',
    'confirm = "ours"',
  ],
  [
    producer('token_env = "JET_TOKEN"\napprovers = ["eve"]'),
    'producers.jet.approvers',
    'names eve, who has no table',
    '[approvers."eve"]',
  ],
  [
    `${site('')}[producers.jet]\nhosts = ["*"]\ntoken_env = "JET_TOKEN"\nnotifiers = ["email"]`,
    'producers.jet.hosts.0',
    '"*" is not a host pattern',
    '*.dev.example.org',
  ],
  [
    `${site('')}[producers.jet]\nhosts = ["*.org"]\ntoken_env = "JET_TOKEN"\nnotifiers = ["email"]`,
    'producers.jet.hosts.0',
    '"*.org" is not a host pattern',
    '*.dev.example.org',
  ],
  [
    `${site('')}[producers.jet]\ntoken_env = "JET_TOKEN"\nnotifiers = ["email"]`,
    'producers.jet.hosts',
    'is missing',
    'hosts =',
  ],
  [
    `${site('')}[producers.jet]\nhosts = ["a.org"]\ntoken_env = "JET_TOKEN"\nnotifiers = ["koder_id"]`,
    'producers.jet.notifiers',
    'koder_id has no local form yet',
    'talk, email, ',
  ],
  [`${site('')}[producers.gate]\nhosts = ["a.org"]`, 'producers.gate', 'is the name of our own gate', 'Choose another'],
  [`${site('')}[producers.Jet]\nhosts = ["a.org"]`, 'producers.Jet', 'is not a name', 'small letters'],
  [
    `${producer('token_env = "JET_TOKEN"')}[producers.kora]\nhosts = ["k.org"]\nnotifiers = ["email"]\ntoken_env = "JET_TOKEN"`,
    'producers.kora.token',
    'is also the token of jet',
    'of its own',
  ],
];

describe('each problem names its key, what is wrong and the cure', () => {
  test.each(CASES.map(([sites, key, problem, cure]) => ({ sites, key, problem, cure })))(
    '$key $problem',
    ({ sites, key, problem, cure }) => {
      const problems = problemsOf({ sites, environment: { ...TOKEN, SHORT: 'abc' } });

      const own = problems.find((line) => line.includes(`: ${key} | ${problem}`)) ?? problems.join('\n');
      expect(own).toContain(`: ${key} | ${problem}`);
      expect(own.split(' | ')[2]).toContain(cure);
    },
  );

  test('and every one of them stands alone: no problem follows from another', () => {
    const noisy = CASES.map(([sites]) => problemsOf({ sites, environment: { ...TOKEN, SHORT: 'abc' } })).filter(
      (problems) => problems.length > 1,
    );

    expect(noisy.map((problems) => problems.map((line) => line.split(' | ')[0]))).toEqual([
      // two handles without a table, and an e-mail address that could be either's
      [`sites.toml: ${GATE}.admin`, `sites.toml: ${GATE}.admin`, `sites.toml: ${GATE}.admin_email`],
      // the secret itself, and with it nothing that names one
      ['sites.toml: producers.jet.token', 'sites.toml: producers.jet.token_env'],
      ['sites.toml: producers.jet.callback_secret', 'sites.toml: producers.jet.callback_url'],
    ]);
  });
});

test('a channel that a site uses and that is not configured is told with its variables', () => {
  const entry = {
    name: 'pager',
    variables: { PAGER_TOKEN: 'Token of the pager' },
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
