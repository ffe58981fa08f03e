/** Where a card's one link leads: our page, the site's own endpoint, or the producer's where the operator says so. */
import { describe, expect, test } from '@jest/globals';
import type { Token } from '../../src/approval/brand.js';
import { confirmUrl } from '../../src/approval/confirm-url.js';
import type { RequestRecord } from '../../src/approval/request.js';
import { configOf, SECRET } from '../fixtures/sites/loading.js';
import { requestRecord } from '../fixtures/desk/request-record.js';

const TOKEN = '8c7d2a9e1b3f4a0c5e6d8b9a7c1d2e3f' as Token;
const THEIRS = 'https://confirm.example.net/req/1';
const OURS = `https://gate.example.org/req/${TOKEN}`;

function linkOf(facts: Partial<RequestRecord>, { producer = '', gate = '' } = {}): string {
  const sites = `
[approvers."ada@example.org"]
email = "ada@example.org"

[[sites]]
domains = ["stg.example.org"]

[sites.auth_gate]
admin = "ada@example.org"
${gate}

[producers.jet]
hosts = ["app.example.net", "stg.example.org"]
token_env = "JET_TOKEN"
notifiers = ["email"]
${producer}
`;
  const { directory } = configOf({ sites, environment: { JET_TOKEN: SECRET } });
  return confirmUrl(requestRecord(facts), TOKEN, { directory, publicUrl: 'https://gate.example.org' });
}

describe("a producer's own confirm page", () => {
  const asked = { producer: 'jet', host: 'app.example.net', site: null, theirConfirmUrl: THEIRS };

  test('is not shown unless its table says so', () => {
    expect(linkOf(asked)).toBe(OURS);
    expect(linkOf(asked, { producer: 'confirm = "ours"' })).toBe(OURS);
  });

  test('is shown where its table says theirs', () => {
    expect(linkOf(asked, { producer: 'confirm = "theirs"' })).toBe(THEIRS);
  });

  test('is ours where it named none, and where another producer asked', () => {
    expect(linkOf({ ...asked, theirConfirmUrl: null }, { producer: 'confirm = "theirs"' })).toBe(OURS);
    expect(linkOf({ ...asked, producer: 'gone' }, { producer: 'confirm = "theirs"' })).toBe(OURS);
  });
});

test('a site may name its own confirm endpoint', () => {
  const gate = 'confirm_endpoint = "https://confirm.example.org/req/"';

  expect(linkOf({}, { gate })).toBe(`https://confirm.example.org/req/${TOKEN}`);
});
