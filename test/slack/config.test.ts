/** The slack channel's variables: a token and exactly one way in; every problem at once, with its cure. */
import { describe, expect, test } from '@jest/globals';
import { slackEntry } from '../../bots/slack/entry.js';
import { APP_TOKEN, BOT_TOKEN } from '../fakes/slack-server.js';

const FACTS = { publicUrl: 'https://gate.example.org', isUsed: true, sites: [], producers: [] };
const SECRETS = ['0123456789abcdef0123456789abcde1', '0123456789abcdef0123456789abcde2'];
const BY_HTTP = { SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_SIGNING_SECRET: SECRETS.join(', ') };
const BY_SOCKET = { SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_APP_TOKEN: APP_TOKEN };

function problemsOf(environment: Record<string, string | undefined>) {
  return slackEntry.configure(environment, FACTS).problems;
}

test('a signing secret is the way in by HTTP; every key is kept in order', () => {
  const { config, problems } = slackEntry.configure(BY_HTTP, FACTS);

  expect(problems).toEqual([]);
  expect(config?.apiUrl).toBe('https://slack.com/api/');
  if (config?.wayIn.kind !== 'http') throw new Error('by HTTP');
  expect(config.wayIn.signingKeys.map((key) => key.revealText())).toEqual(SECRETS);
});

test('an app token is the way in by Socket Mode', () => {
  const { config, problems } = slackEntry.configure({ ...BY_SOCKET, SLACK_API_URL: 'http://127.0.0.1:9/api' }, FACTS);

  expect(problems).toEqual([]);
  expect(config?.wayIn.kind).toBe('socket');
  expect(config?.apiUrl).toBe('http://127.0.0.1:9/api/');
});

test('nothing is no channel where nobody uses it, and a problem where somebody does', () => {
  expect(slackEntry.configure({}, { ...FACTS, isUsed: false })).toEqual({ config: null, problems: [] });
  expect(problemsOf({}).map(({ key }) => key)).toEqual(['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET']);
});

test('a bot without a way in would deliver cards that nobody can tap', () => {
  const [problem, ...others] = problemsOf({ SLACK_BOT_TOKEN: BOT_TOKEN });

  expect(others).toEqual([]);
  expect(problem?.problem).toContain('nobody can tap');
  expect(problem?.cure).toMatch(/SLACK_SIGNING_SECRET.*SLACK_APP_TOKEN/);
});

test('two ways in are one too many', () => {
  expect(problemsOf({ ...BY_HTTP, ...BY_SOCKET }).map(({ key }) => key)).toEqual(['SLACK_APP_TOKEN']);
});

describe('a value that will not do is named', () => {
  test.each([
    ['SLACK_BOT_TOKEN', ''],
    ['SLACK_BOT_TOKEN', 'xoxp-a-token-of-a-person'],
    ['SLACK_BOT_TOKEN', 'xoxb-short'],
    ['SLACK_BOT_TOKEN', 'xoxb-with a space in it'],
    ['SLACK_SIGNING_SECRET', 'short'],
    ['SLACK_SIGNING_SECRET', `${SECRETS[0] ?? ''},`],
    ['SLACK_API_URL', 'slack.com/api'],
    ['SLACK_API_URL', 'http://slack.example.org/api/'],
    ['SLACK_API_URL', 'https://user:pass@slack.com/api/'],
    ['SLACK_API_URL', 'https://slack.com/api/?x=1'],
  ])('%s=%s', (name, value) => {
    expect(problemsOf({ ...BY_HTTP, [name]: value }).map(({ key }) => key)).toEqual([name]);
  });

  test('an app token of another kind', () => {
    expect(problemsOf({ ...BY_SOCKET, SLACK_APP_TOKEN: BOT_TOKEN }).map(({ key }) => key)).toEqual(['SLACK_APP_TOKEN']);
  });

  test('and no problem repeats a secret', () => {
    const told = JSON.stringify(
      problemsOf({ SLACK_BOT_TOKEN: 'xoxp-hunter2-hunter2', SLACK_SIGNING_SECRET: 'hunter3' }),
    );

    expect(told).not.toMatch(/hunter/);
  });
});

test('an address names a workspace and a member, and nothing else names anybody', () => {
  for (const good of ['T024BE7LD:U061F7AUR', 'T024BE7LD:W061F7AUR', 'E024BE7LD:U061F7AUR'])
    expect(slackEntry.checkAddress(good)).toBeNull();
  for (const bad of ['', 'U061F7AUR', 'rpm@koder.dev', '@rpm', 't024be7ld:u061f7aur', 'T024BE7LD:U061F7AUR ', 'T1:U1'])
    expect(slackEntry.checkAddress(bad)).toContain('T024BE7LD:U061F7AUR');
});

test('a room is named by its id', () => {
  for (const good of ['C024BE91L', 'G024BE91L']) expect(slackEntry.checkRoom(good)).toBeNull();
  for (const bad of ['', '#ops', 'D024BE91L', 'c024be91l']) expect(slackEntry.checkRoom(bad)).toContain('C024BE91L');
});
