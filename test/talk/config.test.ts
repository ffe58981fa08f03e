/** The talk channel's variables: all three, or none; and every problem at once, with its cure. */
import { describe, expect, test } from '@jest/globals';
import { EMBEDDED_WORKSPACE } from '../../bots/talk/address.js';
import { talkEntry } from '../../bots/talk/entry.js';
import { BOT_TOKEN, SIGNING_SECRETS } from '../fakes/talk.js';

const FACTS = { publicUrl: 'https://gate.example.org', isUsed: true, sites: [], producers: [] };
const WHOLE = {
  TALK_API_URL: 'https://talk.example.org/api/',
  TALK_BOT_TOKEN: BOT_TOKEN,
  TALK_SIGNING_SECRET: SIGNING_SECRETS.join(', '),
};

function keysOf(environment: Record<string, string | undefined>): readonly string[] {
  return talkEntry.configure(environment, FACTS).problems.map(({ key }) => key);
}

test('all three variables name another Talk server; every signing key is kept in order', () => {
  const { config, problems } = talkEntry.configure(WHOLE, FACTS);

  expect(problems).toEqual([]);
  if (config?.kind !== 'remote') throw new Error('another Talk server is configured');
  expect(config.apiUrl).toBe('https://talk.example.org/api');
  expect(config.botToken.revealText()).toBe(BOT_TOKEN);
  expect(config.signingKeys.map((key) => key.reveal()[0])).toEqual([1, 2]);
});

test('none is the embedded Talk where a site uses Talk, and no channel where none does', () => {
  expect(talkEntry.configure({}, FACTS)).toEqual({ config: { kind: 'embedded' }, problems: [] });
  expect(talkEntry.configure({ TALK_API_URL: ' ' }, FACTS).config).toEqual({ kind: 'embedded' });
  expect(talkEntry.configure({}, { ...FACTS, isUsed: false })).toEqual({ config: null, problems: [] });
});

test.each(Object.keys(WHOLE))('a Talk without %s does not start, and names it', (name) => {
  const { config, problems } = talkEntry.configure({ ...WHOLE, [name]: '' }, FACTS);

  expect(config).toBeNull();
  expect(problems).toMatchObject([{ file: 'environment', key: name }]);
  expect(problems[0]?.cure).toContain(name);
});

describe('a value that will not do is named', () => {
  test.each([
    ['TALK_API_URL', 'talk.example.org'],
    ['TALK_API_URL', 'http://talk.example.org/api'],
    ['TALK_API_URL', 'https://user:pass@talk.example.org/api'],
    ['TALK_API_URL', 'https://talk.example.org/api?key=1'],
    ['TALK_BOT_TOKEN', 'short'],
    ['TALK_BOT_TOKEN', 'has spaces in the middle'],
    ['TALK_SIGNING_SECRET', 'not-a-whsec'],
    ['TALK_SIGNING_SECRET', `whsec_${Buffer.alloc(23).toString('base64')}`],
    ['TALK_SIGNING_SECRET', `${SIGNING_SECRETS[0]},`],
  ])('%s=%s', (name, value) => {
    expect(keysOf({ ...WHOLE, [name]: value })).toEqual([name]);
  });

  test('all at once', () => {
    const environment = { TALK_API_URL: 'x', TALK_BOT_TOKEN: 'y', TALK_SIGNING_SECRET: 'z' };

    expect(keysOf(environment)).toEqual(Object.keys(WHOLE));
  });

  test('and no problem repeats a secret', () => {
    const { problems } = talkEntry.configure(
      { ...WHOLE, TALK_SIGNING_SECRET: 'whsec_c2VjcmV0', TALK_API_URL: '' },
      FACTS,
    );

    expect(JSON.stringify(problems)).not.toContain('c2VjcmV0');
    expect(JSON.stringify(problems)).not.toContain(BOT_TOKEN);
  });
});

test('plain http is for loopback alone', () => {
  for (const host of ['127.0.0.1:8080', 'localhost:8080', '[::1]:8080'])
    expect(keysOf({ ...WHOLE, TALK_API_URL: `http://${host}/talk/api` })).toEqual([]);
});

describe('an approver’s address', () => {
  const ACME = { ...WHOLE, TALK_WORKSPACE: 'acme' };

  test('is a handle, perhaps with its workspace before it', () => {
    for (const good of ['rpm', 'rpm@koder.dev', 'r.p-m_1+gate@koder.dev', 'acme:rpm', 'acme-2.x_y:rpm@koder.dev'])
      expect(talkEntry.checkAddress(good, ACME)).toBeNull();
    for (const bad of ['', 'a b', '@koder.dev', 'a@b@c', 'ü@koder.dev', 'x'.repeat(65), '<b>', ':rpm', 'a:', 'a:b:c'])
      expect(talkEntry.checkAddress(bad, ACME)).toContain('Talk handle');
    expect(talkEntry.checkAddress('a b:rpm', ACME)).toContain('Talk handle');
  });

  test('that names no workspace is of the one that TALK_WORKSPACE says, and the embedded Talk has its own', () => {
    expect(talkEntry.wholeAddress('rpm', ACME)).toBe('acme:rpm');
    expect(talkEntry.wholeAddress('other:rpm', ACME)).toBe('other:rpm');
    expect(talkEntry.wholeAddress('rpm@koder.dev', {})).toBe(`${EMBEDDED_WORKSPACE}:rpm@koder.dev`);
    expect(talkEntry.checkAddress('embedded:rpm', {})).toBeNull();
    expect(talkEntry.checkAddress('acme:rpm', {})).toContain('has one alone, embedded');
  });

  test('of no workspace at another Talk server is refused at start, and both cures are named', () => {
    const wrong = talkEntry.checkAddress('rpm', WHOLE);

    expect(wrong).toContain('"<workspace>:rpm"');
    expect(wrong).toContain('TALK_WORKSPACE');
    expect(talkEntry.checkAddress('acme:rpm', WHOLE)).toBeNull();
  });
});

test('TALK_WORKSPACE is a name, and of a Talk server that is set', () => {
  expect(keysOf({ ...WHOLE, TALK_WORKSPACE: 'acme' })).toEqual([]);
  expect(keysOf({ ...WHOLE, TALK_WORKSPACE: 'acme:rpm' })).toEqual(['TALK_WORKSPACE']);
  expect(keysOf({ TALK_WORKSPACE: 'acme' })).toEqual(['TALK_WORKSPACE']);
});
