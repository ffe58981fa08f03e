/** A channel's line is all that configuration wants of it: variables, addresses, sites. */
import { describe, expect, test } from '@jest/globals';
import { channels } from '../../bots/index.js';
import { talkEntry } from '../../bots/talk/entry.js';
import { registryFacts } from '../../src/compose/registry-facts.js';
import { embeddedFile, type RegistryEntry } from '../../src/contract/channel.js';
import { configOf, problemsOf, type Variation } from '../fixtures/sites/loading.js';
import { toyEnvironment } from '../fakes/toy.js';
import { toyEntry } from './toy/entry.js';

const ENTRIES: readonly RegistryEntry[] = [...channels, toyEntry];
const ENVIRONMENT = toyEnvironment('https://toy.example.org/api');
const ALL_OR_NONE = 'Set TOY_API_URL, TOY_TOKEN, TOY_SIGNING_SECRET, or none of them.';

describe('its variables', () => {
  test('configure it', () => {
    const config = configOf({ ...sites(), environment: ENVIRONMENT });

    expect([...config.channels.keys()]).toContain('toy');
  });

  test('are told of one by one where it is half configured, whether or not a site uses it', () => {
    expect(problemsOf({ entries: ENTRIES, environment: { ...ENVIRONMENT, TOY_TOKEN: '' } })).toEqual([
      `environment: TOY_TOKEN | is missing, but other Toy variables are set | ${ALL_OR_NONE}`,
    ]);
  });

  test('are wanted where a site uses it', () => {
    const told = problemsOf(sites());

    expect(told).toHaveLength(1);
    expect(told[0]).toContain('notifiers');
    expect(told[0]).toContain('needs the channel toy, which is not configured');
    expect(told[0]).toContain('Set TOY_API_URL, TOY_TOKEN, TOY_SIGNING_SECRET');
  });

  test('may be misspelt, and then the right one is named', () => {
    const told = problemsOf({ entries: ENTRIES, environment: { ...ENVIRONMENT, TOY_TOKEM: 'x' } });

    expect(told).toEqual([expect.stringContaining('TOY_TOKEM | is no variable of the gate')]);
    expect(told[0]).toContain('Did you mean TOY_TOKEN?');
  });

  test('mean nothing to a gate without its line', () => {
    expect(configOf({ environment: ENVIRONMENT }).channels.has('toy' as never)).toBe(false);
  });
});

describe('a variable that its line says to hold networks', () => {
  const TOY_NETWORKS = { meaning: 'Where Toy calls from.', form: 'networks', holdsNetworks: true } as const;
  const withNetworks: RegistryEntry = { ...toyEntry, variables: { ...toyEntry.variables, TOY_NETWORKS } };
  const environment = { ALLOW_WIDE_NETWORKS: 'WEBHOOK_ALLOWED_NETWORKS, TOY_NETWORKS' };

  test('may be meant to be wide', () => {
    expect(problemsOf({ entries: [...channels, withNetworks], environment })).toEqual([]);
  });

  test('is unknown to a gate without that line', () => {
    expect(problemsOf({ entries: ENTRIES, environment })).toEqual([
      'environment: ALLOW_WIDE_NETWORKS | names "TOY_NETWORKS", which is no variable that holds networks | ' +
        'Name of these those that are meant to be wide: TRUSTED_PROXIES, EDGE_NETWORKS, WEBHOOK_ALLOWED_NETWORKS.',
    ]);
  });

  test('is guessed where it is misspelt', () => {
    const [told] = problemsOf({ entries: ENTRIES, environment: { ALLOW_WIDE_NETWORKS: 'EDGE_NETWORK' } });

    expect(told).toContain('Did you mean EDGE_NETWORKS?');
  });
});

describe('in sites.toml', () => {
  test('an address is judged by its line', () => {
    const told = problemsOf({ ...sites('Ada L'), environment: ENVIRONMENT });

    expect(told).toHaveLength(1);
    expect(told[0]).toContain('sites.toml: approvers."ada@example.org".toy | is not a Toy handle');
  });

  test('it is unknown to a gate without its line', () => {
    const told = problemsOf({ sites: sites().sites ?? '' });

    expect(told).toEqual([
      expect.stringContaining('approvers."ada@example.org".toy | is not a known key'),
      expect.stringContaining('auth_gate.notifiers | "toy" is not a channel'),
    ]);
  });

  test('it posts to no rooms, for its line says nothing of them', () => {
    const told = problemsOf({ ...sites('ada-l', 'toy_channel = "C1"'), environment: ENVIRONMENT });

    expect(told.join('\n')).toContain('toy posts to no rooms');
  });

  test('a site may trust it less', () => {
    const told = problemsOf({
      ...sites('ada-l', '[sites.auth_gate.toy]\nmay = "deny_only"'),
      environment: ENVIRONMENT,
    });

    expect(told).toEqual([]);
  });
});

test('a line that says what another says already is refused', () => {
  const second: RegistryEntry = { ...toyEntry, isPeerTransport: true as const };

  expect(() => registryFacts([...channels, second])).toThrow('one line of the registry');
  expect(embeddedFile([talkEntry, toyEntry])).toBe('talk.sqlite');
  expect(() => embeddedFile([talkEntry, talkEntry])).toThrow('one line of the registry');
});

function sites(handle = 'ada-l', lines = ''): Variation {
  return {
    entries: ENTRIES,
    sites: `
[approvers."ada@example.org"]
toy = "${handle}"

[[sites]]
domains = ["stg.example.org"]
environment = "stg"

[sites.auth_gate]
admin = "ada@example.org"
notifiers = ["toy"]
${lines}
`,
  };
}
