/** `[identity.services.<name>]`: what a right table becomes, and every problem with its cure. */
import { expect, test } from '@jest/globals';
import { configOf, problemsOf, SITE } from '../fixtures/sites/loading.js';

const environment = { KODER_ID_SECRET: 'a-secret-of-koder-id' };
const PROVIDER = `[identity.providers.koder]
kind = "oidc"
issuer = "https://id.koder.dev"
client_id = "koder-gate"
client_secret_env = "KODER_ID_SECRET"
`;

function table(lines: string, name = 'portal'): string {
  return `${SITE}\n${PROVIDER}\n[identity.services.${name}]\n${lines}\n`;
}

test('a service is known by its name, with the providers for which it may speak', () => {
  const { directory } = configOf({ sites: table('providers = ["koder"]'), environment });

  expect([...directory.identity.services]).toEqual([['portal', ['koder']]]);
});

test('without a table no service signs anybody in', () => {
  expect(configOf({}).directory.identity.services.size).toBe(0);
});

test.each([
  [`${SITE}[identity]\nservices = 1`, 'identity.services', 'is not a table', '[identity.services.<name>]'],
  [table('', '"The Portal"'), 'identity.services."The Portal"', 'is not a name', 'small letters'],
  [table(''), 'identity.services.portal.providers', 'is missing', 'providers = ["koder"]'],
  [table('providers = []'), 'identity.services.portal.providers', 'is empty', 'providers = ["koder"]'],
  [table('providers = ["kodr"]'), 'identity.services.portal.providers', '"kodr" is no provider', 'mean koder?'],
  [table('providers = ["github"]'), 'identity.services.portal.providers', 'is no provider', 'there are: koder'],
  [
    `${SITE}[identity.services.portal]\nproviders = ["koder"]`,
    'identity.services.portal.providers',
    '"koder" is no provider',
    'Add [identity.providers.<name>]',
  ],
  [table('token = "hunter2"'), 'identity.services.portal.token', 'looks like a secret', 'Take it out'],
])('%j', (...[sites, key, problem, cure]) => {
  const said = problemsOf({ sites, environment }).find((line) => line.includes(key)) ?? '';

  expect(said).toContain(problem);
  expect(said).toContain(cure);
  expect(said).not.toContain('hunter2');
});
