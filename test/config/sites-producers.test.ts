/** What a right `sites.toml` says of producers. */
import { describe, expect, test } from '@jest/globals';
import { configOf, SECRET, SITE } from '../fixtures/sites/loading.js';

const CALLBACK_SECRET = `whsec_${Buffer.alloc(32, 'k').toString('base64')}`;

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
