/** What a right `sites.toml` becomes: the RFC's example, the policy's spelling, defaults by environment, people. */
import { describe, expect, test } from '@jest/globals';
import { configOf, directoryOf, NOW_MS, problemsOf, SECRET, SITE, siteOf } from './loading.js';

const DAY_MS = 86_400_000;
const CALLBACK_SECRET = `whsec_${Buffer.alloc(32, 'k').toString('base64')}`;
const ADA = '[approvers.ada]\nemail = "ada@example.org"\n';

/** RFC 001, section 6.3, as it stands there. */
const RFC_EXAMPLE = `
[[sites]]
domains     = ["stg.kds.koder.dev"]
environment = "stg"

[sites.auth_gate]
enabled            = true
admin_email        = "rpm32510@gmail.com"   # used by email notifier
admin              = "rpm@koder.dev"        # Koder ID handle for push/Talk
notifiers          = ["email", "koder_id", "talk"]  # NEW; default ["email"] if absent
whitelist_ttl_sec  = 604800
geofence           = ["BR"]
confirm_endpoint   = "https://confirm.koder.dev/req"

[sites.auth_gate.koder_id]
url = "https://id.koder.dev/v1/auth-gate/approvals"

[sites.auth_gate.talk]
url = "https://talk.koder.dev/api/v1/bots/koder-gate/approvals"
`;

test("the RFC's own example is taken as it stands", () => {
  const { directory, channels } = configOf({ sites: RFC_EXAMPLE, environment: { WEBHOOK_TOKEN: SECRET } });

  expect(directory.sites).toEqual([
    {
      key: 'stg.kds.koder.dev',
      domains: ['stg.kds.koder.dev'],
      environment: 'stg',
      isGated: true,
      approvers: ['rpm@koder.dev'],
      notifiers: ['email', 'koder_id', 'talk'],
      grantTtlSeconds: 604_800,
      requestTtlSeconds: 600,
      geofence: ['BR'],
      permanentNetworks: [],
      confirmEndpoint: 'https://confirm.koder.dev/req',
      consumers: new Map([
        ['koder_id', 'https://id.koder.dev/v1/auth-gate/approvals'],
        ['talk', 'https://talk.koder.dev/api/v1/bots/koder-gate/approvals'],
      ]),
      channelPolicies: new Map(),
    },
  ]);
  expect([...directory.approvers.values()]).toEqual([
    { id: 'rpm@koder.dev', addresses: new Map([['email', 'rpm32510@gmail.com']]) },
  ]);
  expect([...channels.keys()].sort()).toEqual(['email', 'webhook']);
});

test("the policy's spelling, a table by host, is the same site", () => {
  const policy = `${ADA}[sites."kora.dev.koder.dev"]
environment = "dev"
permanent_whitelist = ["177.123.45.67/32", "192.168.1.0/24"]
[sites."kora.dev.koder.dev".auth_gate]
admin = "ada"`;
  const rfc = `${ADA}[[sites]]
domains = ["kora.dev.koder.dev"]
permanent_whitelist = ["177.123.45.67/32", "192.168.1.0/24"]
[sites.auth_gate]
admin = "ada"`;

  expect(directoryOf(policy).sites).toEqual(directoryOf(rfc).sites);
  expect(siteOf(policy).permanentNetworks).toEqual(['177.123.45.67/32', '192.168.1.0/24']);
});

describe('defaults', () => {
  test.each([
    ['', { environment: 'dev', isGated: true, grantTtlSeconds: 86_400, notifiers: ['email'], approvers: ['ada'] }],
    ['environment = "stg"', { environment: 'stg', isGated: true, grantTtlSeconds: 604_800 }],
    ['environment = "prd"', { environment: 'prd', isGated: false, notifiers: [], approvers: ['ada'] }],
  ])('of %j', (environment, expected) => {
    const site = siteOf(`${ADA}[[sites]]\ndomains = ["a.org"]\n${environment}\n[sites.auth_gate]\nadmin = "ada"`);

    expect(site).toMatchObject({
      ...expected,
      geofence: null,
      requestTtlSeconds: 600,
      confirmEndpoint: 'https://gate.example.org/req',
    });
  });

  test('of the limits are the strict reading of the policy', () => {
    expect(directoryOf(SITE)).toMatchObject({ windowScope: 'all', windowSeconds: 600, maxPendingPerApprover: 10 });
  });

  test('an ungated site asks for no channel and no approver', () => {
    const sites = '[[sites]]\ndomains = ["a.org"]\nenvironment = "prd"';

    expect(problemsOf({ sites, environment: { SMTP_URL: undefined, MAIL_FROM: undefined } })).toEqual([]);
  });

  test('a prd site is gated where it says so', () => {
    const sites = `${ADA}[[sites]]\ndomains = ["a.org"]\nenvironment = "prd"\n[sites.auth_gate]\nenabled = true\nadmin = "ada"`;

    expect(siteOf(sites)).toMatchObject({ isGated: true, approvers: ['ada'], notifiers: ['email'] });
  });
});

test('an exception opens a dev site, and on its day the gate closes by itself', () => {
  const nowMs = { value: NOW_MS };
  const sites = `${ADA}[[sites]]
domains = ["a.org"]
exceptions = ["auth_gate_disabled"]
exceptions_justification = "Demo to a partner"
exceptions_expire = 2026-05-20
[sites.auth_gate]
enabled = false
admin = "ada"`;
  const site = siteOf(sites, { nowMs: () => nowMs.value });

  expect(site.isGated).toBe(false);

  nowMs.value = Date.UTC(2026, 4, 20) - 1;
  expect(site.isGated).toBe(false);

  nowMs.value += 1;
  expect(site).toMatchObject({ isGated: true, approvers: ['ada'], notifiers: ['email'] });
});

test('an exception that has ended is refused at the next start', () => {
  const sites = `[[sites]]
domains = ["a.org"]
exceptions = ["auth_gate_disabled"]
exceptions_justification = "Demo"
exceptions_expire = "2026-05-20"
[sites.auth_gate]
enabled = false`;

  expect(problemsOf({ sites })).toEqual([]);
  expect(problemsOf({ sites, nowMs: () => NOW_MS + 9 * DAY_MS })).toEqual([
    expect.stringContaining('exceptions_expire | the exceptions ended on 2026-05-20'),
  ]);
});

describe('a site is found by its host', () => {
  const directory = directoryOf(
    `${ADA}[[sites]]\ndomains = ["STG.Example.org", "bücher.example.org", "127.0.0.1"]\n[sites.auth_gate]\nadmin = "ada"`,
  );

  test.each([
    'stg.example.org',
    'STG.EXAMPLE.ORG',
    'stg.example.org.',
    'stg.example.org:8443',
    'stg.example.org.:443',
    'bücher.example.org',
    'xn--bcher-kva.example.org',
    '127.0.0.1:8083',
  ])('%s', (host) => {
    expect(directory.siteOf(host)?.key).toBe('stg.example.org');
  });

  test.each([
    'example.org',
    'a.stg.example.org',
    'stg.example.org/evil',
    'stg.example.org@evil.org',
    'stg.example.org:80:80',
    '%73tg.example.org',
    '2130706433',
    '0x7f.1',
    '',
    '.',
    '__proto__',
  ])('but not by %j', (host) => {
    expect(directory.siteOf(host)).toBeUndefined();
  });
});

describe('approvers', () => {
  test('several, each with an address per channel, in the order of the site', () => {
    const directory = directoryOf(`
[approvers."ada@example.org"]
email = "ada@example.org"
talk = "ada"
[approvers.bob]
talk = "bob"
[[sites]]
domains = ["a.org"]
[sites.auth_gate]
admin = ["bob", "ada@example.org", "bob"]
notifiers = ["email", "talk"]`);

    expect(directory.sites[0]?.approvers).toEqual(['bob', 'ada@example.org']);
    expect([...directory.approvers.values()]).toEqual([
      {
        id: 'ada@example.org',
        addresses: new Map([
          ['email', 'ada@example.org'],
          ['talk', 'embedded:ada'],
        ]),
      },
      { id: 'bob', addresses: new Map([['talk', 'embedded:bob']]) },
    ]);
  });

  test('admin_email alone makes an approver of that name', () => {
    const sites = '[[sites]]\ndomains = ["a.org"]\n[sites.auth_gate]\nadmin_email = "ada@example.org"';

    expect(siteOf(sites).approvers).toEqual(['ada@example.org']);
    expect([...directoryOf(sites).approvers.values()]).toEqual([
      { id: 'ada@example.org', addresses: new Map([['email', 'ada@example.org']]) },
    ]);
  });

  test('admin_email fills in for the one who has none, and may repeat the one of a table', () => {
    const people = '[approvers.ada]\ntalk = "ada"\n[approvers.bob]\nemail = "bob@example.org"\n';
    const gate = (lines: string) => `${people}[[sites]]\ndomains = ["a.org"]\n[sites.auth_gate]\n${lines}`;

    const filled = directoryOf(gate('admin = ["ada", "bob"]\nadmin_email = "ada@example.org"'));
    const repeated = directoryOf(gate('admin = "bob"\nadmin_email = "Bob@example.org"'));

    expect(Object.fromEntries(filled.approvers.get('ada' as never)?.addresses ?? [])).toEqual({
      talk: 'embedded:ada',
      email: 'ada@example.org',
    });
    expect(Object.fromEntries(repeated.approvers.get('bob' as never)?.addresses ?? [])).toEqual({
      email: 'bob@example.org',
    });
  });

  test('on a consumer every approver is reached by handle', () => {
    const sites = `[approvers.ada]\nemail = "ada@example.org"
[[sites]]\ndomains = ["a.org"]\n[sites.auth_gate]\nadmin = "ada"\nnotifiers = ["talk"]`;
    const environment = { WEBHOOK_TOKEN: SECRET, KODER_JET_TALK_URL: 'https://talk.example.org/a' };

    expect(siteOf(sites, { environment }).consumers).toEqual(new Map([['talk', 'https://talk.example.org/a']]));
  });

  test("a site's own url goes before the environment's", () => {
    const sites = `${ADA}[[sites]]\ndomains = ["a.org"]\n[sites.auth_gate]\nadmin = "ada"\nnotifiers = ["koder_id"]
[sites.auth_gate.koder_id]\nurl = "https://own.example.org/a"`;
    const environment = { WEBHOOK_TOKEN: SECRET, KODER_JET_KODER_ID_URL: 'https://id.example.org/a' };

    expect(siteOf(sites, { environment }).consumers).toEqual(new Map([['koder_id', 'https://own.example.org/a']]));
  });
});

describe('producers', () => {
  const sites = `${SITE}
[producers.jet]
hosts = ["stg.example.org", "*.Dev.example.org"]
token_env = "JET_TOKEN"
notifiers = ["email"]
confirm = "theirs"
callback_url = "https://jet.example.org/decisions"
callback_secret_file = "secrets/jet"
`;
  const variation = {
    sites,
    environment: { SITES_FILE: '/etc/gate/sites.toml', JET_TOKEN: `${SECRET},${'b'.repeat(24)}` },
    files: { '/etc/gate/sites.toml': sites, '/etc/gate/secrets/jet': `${CALLBACK_SECRET}\n` },
  };

  test('are read with what they may ask for, everybody being an approver where none is named', () => {
    expect(configOf(variation).directory.producers.get('jet')).toEqual({
      name: 'jet',
      hosts: ['stg.example.org', '*.dev.example.org'],
      approvers: ['ada@example.org'],
      notifiers: ['email'],
      confirm: 'theirs',
      callbackUrl: 'https://jet.example.org/decisions',
    });
  });

  test('have their secrets from where the file says, beside the file, several tokens for rotation', () => {
    const secrets = configOf(variation).producerSecrets.get('jet');

    expect(secrets?.bearers.map((bearer) => bearer.revealText())).toEqual([SECRET, 'b'.repeat(24)]);
    expect(secrets?.callbackKey?.reveal()).toEqual(Buffer.alloc(32, 'k'));
  });

  test('that name no channels use the one of the endpoint, so that Talk is opened for them', () => {
    const config = configOf({
      sites: `[approvers.ada]\ntalk = "ada"\n[producers.jet]\nhosts = ["a.org"]\ntoken_env = "JET_TOKEN"`,
      environment: { JET_TOKEN: SECRET },
    });

    expect(config.directory.producers.get('jet')).toMatchObject({
      notifiers: null,
      confirm: 'ours',
      callbackUrl: null,
    });
    expect(config.channels.has('talk' as never)).toBe(true);
  });
});

describe('handles at Talk', () => {
  const sites = `[approvers.ada]\ntalk = "ada"\n[approvers.bob]\ntalk = "acme:bob"\n
[[sites]]\ndomains = ["stg.example.org"]\nenvironment = "stg"\n[sites.auth_gate]\nadmin = ["ada", "bob"]\nnotifiers = ["talk"]`;
  const server = {
    TALK_API_URL: 'https://talk.example.org/api',
    TALK_BOT_TOKEN: 't'.repeat(20),
    TALK_SIGNING_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
  };

  test('are of one workspace each: the one they name, or the one that the environment says', () => {
    const { approvers } = directoryOf(sites, { environment: { ...server, TALK_WORKSPACE: 'home' } });

    expect([...approvers.values()].map(({ addresses }) => addresses.get('talk' as never))).toEqual([
      'home:ada',
      'acme:bob',
    ]);
  });

  test('of no workspace do not start with another Talk server, and both ways out are named', () => {
    const problems = problemsOf({ sites, environment: server });

    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('sites.toml: approvers.ada.talk | names no workspace');
    expect(problems[0]).toContain('"<workspace>:ada"');
    expect(problems[0]).toContain('TALK_WORKSPACE');
  });

  test('are of the embedded Talk’s own workspace where there is no other server', () => {
    const alone = sites.replace('acme:bob', 'bob');

    expect(
      directoryOf(alone)
        .approvers.get('ada' as never)
        ?.addresses.get('talk' as never),
    ).toBe('embedded:ada');
    expect(problemsOf({ sites })[0]).toContain('names the workspace acme, but the embedded Talk has one alone');
  });
});
