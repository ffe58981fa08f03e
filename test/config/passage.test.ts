/** `passage` of a site: what a right list becomes, and every problem with its cure. */
import { expect, test } from '@jest/globals';
import { configOf, problemsOf } from '../fixtures/sites/loading.js';
import { site } from '../fixtures/sites/problems.js';

const environment = { KODER_ID_SECRET: 'a-secret-of-koder-id' };
const PROVIDER = `
[identity.providers.koder]
kind = "oidc"
issuer = "https://id.koder.dev"
client_id = "koder-gate"
client_secret_env = "KODER_ID_SECRET"
`;
const AT = 'sites."stg.example.org".auth_gate.passage';

function sites(passage: string, code = 'stg'): string {
  return site(`environment = "${code}"`, `admin = "ada@example.org"\nenabled = true\npassage = ${passage}`) + PROVIDER;
}

test('a list may name approvers, and people at providers by what each of them says', () => {
  const list = `["approvers", { provider = "koder", subject = "4711" }, { provider = "koder", email = "Ana@BÜCHER.example" },
    { provider = "koder", domain = "Bücher.example" }]`;
  const { directory } = configOf({ sites: sites(list), environment });

  const koder = { provider: 'koder', issuers: ['https://id.koder.dev'] };
  expect(directory.sites[0]?.passage).toEqual([
    { kind: 'approvers' },
    { kind: 'subject', ...koder, subject: '4711' },
    { kind: 'mailbox', ...koder, mailbox: 'ana@xn--bcher-kva.example' },
    { kind: 'domain', ...koder, domain: 'xn--bcher-kva.example' },
  ]);
});

test('without the key nobody passes so', () => {
  expect(configOf({}).directory.sites[0]?.passage).toEqual([]);
});

test.each([
  ['"approvers"', '', 'is text, which does not fit here', 'passage = ["approvers"'],
  ['[]', '', 'is empty', 'Leave the key out'],
  [`[${'"approvers", '.repeat(101)}]`, '', 'has 101 entries, more than 100', 'Name a domain'],
  ['["aprovers"]', '.0', 'names nobody', 'Did you mean "approvers"?'],
  ['["ana@example.org"]', '.0', 'names nobody', 'Write "approvers", or a table'],
  ['[4711]', '.0', 'is no entry', 'Write "approvers", or a table'],
  ['[{ provider = "kodr", subject = "1" }]', '.0.provider', 'is no provider', 'Did you mean koder? Known: koder.'],
  ['[{ provider = "github", subject = "1" }]', '.0.provider', 'is no provider', 'Known: koder.'],
  ['[{ subject = "1" }]', '.0.provider', 'is missing', 'Known: koder.'],
  ['[{ provider = "koder" }]', '.0', 'names a provider and nobody there', 'Add one of subject, email, domain'],
  ['[{ provider = "koder", mail = "a@b.org" }]', '.0.mail', 'is not a known key', 'Did you mean email?'],
  ['[{ provider = "koder", subject = 4711 }]', '.0.subject', 'is the number 4711, which does not fit', '"4711"'],
  ['[{ provider = "koder", subject = "1", email = "a@b.org" }]', '.0', 'says subject and email at once', 'for each'],
  ['[{ provider = "koder", email = "ana" }]', '.0.email', 'is no e-mail address', 'with one @'],
  ['[{ provider = "koder", email = "ana@b@c.org" }]', '.0.email', 'is no e-mail address', 'with one @'],
  ['[{ provider = "koder", domain = "@b.org" }]', '.0.domain', '"@b.org" is not a domain', 'without @ and star'],
  ['[{ provider = "koder", domain = "*.b.org" }]', '.0.domain', '"*.b.org" is not a domain', 'without @ and star'],
  ['[{ provider = "koder", domain = "localhost" }]', '.0.domain', '"localhost" is not a domain', 'example.org'],
  ['[{ provider = "koder", domain = "Gmail.com" }]', '.0.domain', 'gmail.com gives a mailbox to anybody', 'by subject'],
])('passage = %s', (...[passage, key, problem, cure]) => {
  const [told, ...more] = problemsOf({ sites: sites(passage), environment });

  expect(told).toContain(`: ${AT}${key} | ${problem}`);
  expect(told?.split(' | ')[2]).toContain(cure);
  expect(more).toEqual([]);
});

test('a site of prd has none', () => {
  const told = problemsOf({ sites: sites('["approvers"]', 'prd'), environment });

  expect(told.join('\n')).toContain(`: ${AT} | is for dev and stg: into a site of prd each visitor is let by a person`);
});
