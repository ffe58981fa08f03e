/** One address is one person: nobody is asked under a name that they cannot decide by. */
import { describe, expect, test } from '@jest/globals';
import { sameMailbox } from '../../src/base/net/mailbox.js';
import { configOf, problemsOf } from '../fixtures/sites/loading.js';

const RPM = '[approvers."rpm@koder.dev"]\nemail = "rpm@example.org"\ntalk = "rpm"\n';

function site(host: string, gate: string): string {
  return `[[sites]]\ndomains = ["${host}"]\n[sites.auth_gate]\n${gate}\n`;
}

function approversAt(sites: string): readonly (readonly string[])[] {
  return configOf({ sites }).directory.sites.map(({ approvers }) => approvers);
}

describe('admin_email alone', () => {
  test.each(['rpm@example.org', 'RPM@example.org', 'rpm@EXAMPLE.ORG'])(
    'means the approver whose table has that address, written %s',
    (address) => {
      const sites = `${RPM}${site('a.org', `admin_email = "${address}"`)}`;

      expect(approversAt(sites)).toEqual([['rpm@koder.dev']]);
      expect([...configOf({ sites }).directory.approvers.keys()]).toEqual(['rpm@koder.dev']);
    },
  );

  test('means the approver whose handle is that address, in whatever case', () => {
    const people = '[approvers."rpm@example.org"]\ntalk = "rpm"\n';
    const sites = `${people}${site('a.org', 'admin_email = "RPM@Example.org"\nnotifiers = ["email"]')}`;

    expect(approversAt(sites)).toEqual([['rpm@example.org']]);
  });

  test('means the same person at every site, whichever spelling comes first', () => {
    const sites = ['admin_email = "eva@example.org"', 'admin_email = "Eva@Example.org"']
      .map((gate, index) => site(`${String(index)}.org`, gate))
      .join('');

    expect(approversAt(sites)).toEqual([['eva@example.org'], ['eva@example.org']]);
  });

  test('means whoever another site gives that address, though it stands further down', () => {
    const people = '[approvers.ada]\ntalk = "ada"\n';
    const sites = `${people}${site('a.org', 'admin_email = "ada@example.org"')}${site('b.org', 'admin = "ada"\nadmin_email = "ada@example.org"')}`;

    expect(approversAt(sites)).toEqual([['ada'], ['ada']]);
  });

  test('is refused where it could mean two', () => {
    const people =
      '[approvers."eva@example.org"]\nemail = "office@example.org"\n[approvers.eva]\nemail = "eva@example.org"\n';

    expect(problemsOf({ sites: `${people}${site('a.org', 'admin_email = "eva@example.org"')}` })).toEqual([
      expect.stringContaining(`sites.toml: sites."a.org".auth_gate.admin_email | could mean eva@example.org or eva | `),
    ]);
  });
});

describe('an address that two approvers have is refused', () => {
  const gated = site('a.org', 'admin = ["one", "two"]\nnotifiers = ["email"]');
  const pair = (first: string, second: string): string =>
    `[approvers.one]\nemail = "one@example.org"\n${first}\n[approvers.two]\n${second}\n`;

  test.each([
    ['email', '', 'email = "One@Example.ORG"'],
    ['talk', 'talk = "rpm"', 'email = "two@example.org"\ntalk = "rpm"'],
    ['talk', 'talk = "Rpm"', 'email = "two@example.org"\ntalk = "rpm"'],
    ['slack', 'slack = "T024BE7LD:U061F7AUR"', 'email = "two@example.org"\nslack = "T024BE7LD:U061F7AUR"'],
    ['discord', 'discord = "80351110224678912"', 'email = "two@example.org"\ndiscord = "80351110224678912"'],
  ])('on %s', (channel, first, second) => {
    const problems = problemsOf({ sites: `${pair(first, second)}${gated}` });

    expect(problems).toEqual([
      expect.stringContaining(
        `sites.toml: approvers.two.${channel} | is the address of one, too: one address is one person | `,
      ),
    ]);
  });

  test('though no site has both', () => {
    const people = pair('', 'email = "one@example.org"');
    const sites = `${people}${site('a.org', 'admin = "one"')}${site('b.org', 'admin = "two"')}`;

    expect(problemsOf({ sites })).toHaveLength(1);
  });

  test('but not accounts of one name in two workspaces', () => {
    const people = pair('slack = "T024BE7LD:U061F7AUR"', 'email = "two@example.org"\nslack = "T024BE7LE:U061F7AUR"');

    expect(problemsOf({ sites: `${people}${gated}` })).toEqual([]);
  });
});

test('a handle in another case is refused, and only that is said', () => {
  const people = '[approvers."Rpm@koder.dev"]\nemail = "rpm@example.org"\n';

  expect(problemsOf({ sites: `${RPM}${people}${site('a.org', 'admin = "rpm@koder.dev"')}` })).toEqual([
    expect.stringContaining(`sites.toml: approvers."Rpm@koder.dev" | is rpm@koder.dev in another spelling | `),
  ]);
});

test.each([
  ['Ada@Example.org', 'ada@example.org'],
  ['ada@exämple.org', 'ada@xn--exmple-cua.org'],
  ['ada@EXÄMPLE.org', 'ada@xn--exmple-cua.org'],
])('%s and %s are one mailbox', (one, other) => {
  expect(sameMailbox(one)).toBe(sameMailbox(other));
});

test('mailboxes at two servers are two', () => {
  expect(sameMailbox('ada@example.org')).not.toBe(sameMailbox('ada@example.net'));
});
