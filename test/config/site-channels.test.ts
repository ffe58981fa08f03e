/** How far a site trusts its channels, and where it posts to a room: read, and every problem with its cure. */
import { describe, expect, test } from '@jest/globals';
import { channels } from '../../bots/index.js';
import { policyOver, TRUSTED } from '../../src/approval/site.js';
import type { ChannelEntry } from '../../src/contract/channel.js';
import { problemsOf, siteOf, type Variation } from '../fixtures/sites/loading.js';

const PARLEY: ChannelEntry<object> = {
  name: 'parley',
  title: 'Parley',
  variables: { PARLEY_TOKEN: { meaning: 'none', form: 'none' } },
  address: { meaning: 'none', form: 'none' },
  configure: () => ({ config: {}, problems: [] }),
  checkAddress: () => null,
  checkRoom: (address) => (/^C\d+$/.test(address) ? null : 'is no room of Parley: C and digits'),
  load: () => Promise.reject(new Error('never opened here')),
};

const AT = 'sites."stg.example.org".auth_gate';

function gate(lines: string): string {
  return `
[approvers."ada@example.org"]
email = "ada@example.org"

[approvers."bob@example.org"]
talk = "bob"

[[sites]]
domains = ["stg.example.org"]
environment = "stg"

[sites.auth_gate]
admin = ["ada@example.org"]
${lines}
`;
}

const WITH_PARLEY: Variation = { entries: [...channels, PARLEY] };

describe('a site that trusts a channel less', () => {
  test('says what taps over it may do, and for how long', () => {
    const site = siteOf(gate('[sites.auth_gate.talk]\nmay = "deny_only"\nmax_ttl_sec = 3600'));

    expect(policyOver(site, 'talk')).toEqual({ may: 'deny_only', maxGrantTtlSeconds: 3_600, room: null });
    expect(policyOver(site, 'page')).toEqual(TRUSTED);
  });

  test('says so whether or not it asks over it: a command may come over any channel', () => {
    const site = siteOf(gate('notifiers = ["email"]\n[sites.auth_gate.talk]\nmay = "link_only"'));

    expect(policyOver(site, 'talk').may).toBe('link_only');
  });

  test('may name the most trust there is', () => {
    const site = siteOf(gate('[sites.auth_gate.talk]\nmay = "decide"'));

    expect(policyOver(site, 'talk')).toEqual(TRUSTED);
  });
});

describe('a site with a room', () => {
  test('posts there, and an approver without an address on that channel is reached by it', () => {
    const variation = { ...WITH_PARLEY, sites: gate('notifiers = ["parley"]\nparley_channel = "C1"') };

    expect(problemsOf(variation)).toEqual([]);
    expect(policyOver(siteOf(variation.sites, WITH_PARLEY), 'parley').room).toBe('C1');
  });
});

const PROBLEMS: readonly (readonly [string, string, string, string])[] = [
  [
    '[sites.auth_gate.talk]\nmay = "deny"',
    `${AT}.talk.may`,
    'is "deny", not one of decide, deny_only, link_only',
    'For example: may = "deny_only"',
  ],
  [
    '[sites.auth_gate.talk]\nmax_ttl_sec = 5',
    `${AT}.talk.max_ttl_sec`,
    'is 5, less than 60',
    'For example: max_ttl_sec = 3600',
  ],
  ['[sites.auth_gate.talk]\nmaybe = "decide"', `${AT}.talk.maybe`, 'is not a known key', 'Did you mean may?'],
  ['[sites.auth_gate.talc]\nmay = "decide"', `${AT}.talc`, 'is not a known key', 'Did you mean talk?'],
  [
    '[sites.auth_gate.email]\nmay = "deny_only"',
    `${AT}.email.may`,
    'would bind nobody: email takes no taps, its link leads to the confirm page',
    'take email out of notifiers',
  ],
  [
    'email_channel = "ops@example.org"',
    `${AT}.email_channel`,
    'email posts to no rooms',
    'Take it out. Channels with rooms: ',
  ],
  [
    'notifiers = ["parley"]\nparley_channel = "#ops"',
    `${AT}.parley_channel`,
    'is no room of Parley: C and digits',
    'then each approver gets a card',
  ],
  [
    'notifiers = ["parley"]\nparley_channel = 7',
    `${AT}.parley_channel`,
    'is no room: write its id as text',
    'Correct it',
  ],
  [
    'parley_channel = "C1"',
    `${AT}.parley_channel`,
    "names a room, but the site's notifiers do not name parley",
    'Add "parley" to notifiers',
  ],
  [
    'notifiers = ["email", "parley"]\nparley_channel = "C1"\n[sites.auth_gate.parley]\nurl = "https://p.example.org/x"',
    `${AT}.parley_channel`,
    'names a room, but a consumer takes what goes over parley',
    'or the url of parley',
  ],
];

test.each(PROBLEMS)('%j is told with its cure', (...row) => {
  const [lines, key, problem, cure] = row;
  const environment = { WEBHOOK_TOKEN: '5f0c9a7d3be14826a0d7f1c35e9b8246' };
  const told = problemsOf({ ...WITH_PARLEY, environment, sites: gate(lines) });

  expect(told).toHaveLength(1);
  expect(told[0]).toContain(`sites.toml: ${key} | ${problem} | `);
  expect(told[0]).toContain(cure);
});
