/** What a right `sites.toml` becomes: the RFC’s example, the policy’s spelling, defaults by environment, exceptions. */
import { describe, expect, test } from '@jest/globals';
import { ADA, configOf, directoryOf, NOW_MS, problemsOf, SECRET, SITE, siteOf } from '../fixtures/sites/loading.js';

const DAY_MS = 86_400_000;

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
      allowProxyAddress: false,
      openPaths: [],
      passage: [],
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

test.each([
  ['in the site', 'open_paths = ["POST /webhooks/github", "/hooks/*", "/hooks/*"]', ''],
  ['in its gate', '', 'open_paths = ["POST /webhooks/github", "/hooks/*"]'],
])('open paths may stand %s, and each counts once', (_where, own, inGate) => {
  const site = siteOf(`${ADA}[[sites]]\ndomains = ["a.org"]\n${own}\n[sites.auth_gate]\nadmin = "ada"\n${inGate}`);

  expect(site.openPaths.map(({ text }) => text)).toEqual(['POST /webhooks/github', '/hooks/*']);
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
    expect(directoryOf(SITE).maxPendingPerNetwork).toBe(5);
    expect(directoryOf(`${SITE}\n[limits]\nmax_pending_per_approver = 7`).maxPendingPerNetwork).toBe(3);
    expect(directoryOf(`${SITE}\n[limits]\nmax_pending_per_approver = 1`).maxPendingPerNetwork).toBe(1);
    expect(directoryOf(`${SITE}\n[limits]\nmax_pending_per_network = 2`).maxPendingPerNetwork).toBe(2);
  });

  test('operators are none; named, each is an approver, by handle or address, or a person of their own', () => {
    const operatorsOf = (line: string) => [...directoryOf(`${line}\n${SITE}`).operators];

    expect(operatorsOf('')).toEqual([]);
    expect(operatorsOf('operators = ["ada@example.org"]')).toEqual(['ada@example.org']);
    expect(operatorsOf('operators = ["Eva@Example.org", "ada@EXAMPLE.org"]')).toEqual([
      'eva@example.org',
      'ada@example.org',
    ]);
  });

  test('of sessions are half a day without use and two weeks in all; either moves the other where it must', () => {
    const identityOf = (lines: string) => directoryOf(`${SITE}\n[identity]\n${lines}`).identity;

    expect(directoryOf(SITE).identity).toEqual({
      sessionIdleSeconds: 43_200,
      sessionMaxSeconds: 1_209_600,
      secondFactor: 'offered',
      services: new Map(),
    });
    expect(identityOf('session_idle_sec = 900')).toEqual({
      sessionIdleSeconds: 900,
      sessionMaxSeconds: 1_209_600,
      secondFactor: 'offered',
      services: new Map(),
    });
    expect(identityOf('session_max_sec = 3600')).toEqual({
      sessionIdleSeconds: 3_600,
      sessionMaxSeconds: 3_600,
      secondFactor: 'offered',
      services: new Map(),
    });
    expect(identityOf('session_idle_sec = 2592000').sessionMaxSeconds).toBe(2_592_000);
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

describe('allow_proxy_address', () => {
  const sites = (own: string, gate: string) =>
    `${ADA}[[sites]]\ndomains = ["a.org"]\n${own}\n[sites.auth_gate]\nadmin = "ada"\n${gate}`;

  test.each([
    ['', '', false],
    ['allow_proxy_address = true', '', true],
    ['', 'allow_proxy_address = true', true],
    ['allow_proxy_address = true', 'allow_proxy_address = true', true],
    ['allow_proxy_address = false', '', false],
  ])('site: "%s", gate: "%s"', (own, gate, isAllowed) => {
    expect(siteOf(sites(own, gate)).allowProxyAddress).toBe(isAllowed);
  });

  test('that is said twice and differs is refused', () => {
    const problems = problemsOf({ sites: sites('allow_proxy_address = false', 'allow_proxy_address = true') });

    expect(problems).toEqual([
      'sites.toml: sites."a.org".allow_proxy_address | is false here and true in [sites.auth_gate] | Keep one of them.',
    ]);
  });
});

describe('checks that name no site', () => {
  test.each([
    ['', false],
    ['unnamed_checks = false', false],
    ['unnamed_checks = true', true],
  ])('are taken only where the file says so: %s', (line, unnamedChecks) => {
    expect(directoryOf(`${line}\n${SITE}`).unnamedChecks).toBe(unnamedChecks);
  });
});
