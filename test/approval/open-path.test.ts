/** Open paths: what a pattern may be, and what fits it. */
import { describe, expect, test } from '@jest/globals';
import { openPathFor, readOpenPath, type AskedPath, type OpenPath } from '../../src/approval/open-path.js';
import { patterns } from '../fixtures/sites/open-patterns.js';

const SITES = patterns('/.well-known/acme-challenge/*', 'POST /webhooks/github', 'GET,PUT /status', '/d%C3%A9mo/*');

function fit(uri: string, method = 'GET'): string | null {
  return openPathFor(SITES, { method, uri })?.text ?? null;
}

describe('a pattern is read', () => {
  test.each<[string, Partial<OpenPath>]>([
    ['/status', { text: '/status', methods: null, path: '/status', isPrefix: false }],
    ['/hooks/*', { text: '/hooks/*', methods: null, path: '/hooks/', isPrefix: true }],
    ['POST /webhooks/github', { text: 'POST /webhooks/github', methods: ['POST'], path: '/webhooks/github' }],
    ['GET,POST /a', { text: 'GET,POST /a', methods: ['GET', 'POST'], path: '/a' }],
    ['  GET , POST   /a ', { text: 'GET,POST /a', methods: ['GET', 'POST'] }],
    ['/api/*', { path: '/api/', isPrefix: true }],
    ['/a/b/c/*', { path: '/a/b/c/', isPrefix: true }],
    ['/hooks/', { path: '/hooks/', isPrefix: false }],
    ['/d%C3%A9mo/*', { path: '/d%C3%A9mo/', isPrefix: true }],
  ])('%j', (text, expected) => {
    expect(readOpenPath(text)).toMatchObject(expected);
  });
});

describe('a pattern is refused, with what to do', () => {
  test.each([
    ['*', 'would open the whole site', 'exception'],
    ['/*', 'would open the whole site', 'exception'],
    ['/', 'would open the whole site, or its front page', 'exception'],
    ['', 'would open the whole site', 'exception'],
    ['GET /*', 'would open the whole site', 'exception'],
    ['//', 'would open the whole site', 'exception'],
    ['/a/*', 'too short a beginning', 'exception'],
    ['/v1/*', 'too short a beginning', 'exception'],
    ['/-_/*', 'too short a beginning', 'exception'],
    ['/hooks*', 'has a * that is not the last character behind a /', 'For example'],
    ['/hooks/*/x', 'has a *', 'For example'],
    ['/*/hooks', 'has a *', 'For example'],
    ['/hooks/**', 'has a *', 'For example'],
    ['hooks', 'is not a path', 'begins with "/"'],
    ['http://stg.example.org/hooks', 'is not a path', 'begins with "/"'],
    ['/hooks/../x', 'has a dot segment', 'For example'],
    ['/./hooks', 'has a dot segment', 'For example'],
    ['/hooks/..', 'has a dot segment', 'For example'],
    ['/hooks//x', 'has a double slash', 'For example'],
    ['/hooks?x=1', 'has a query', 'For example'],
    ['/hooks#x', 'has a fragment', 'For example'],
    ['/hooks;v=1', 'has a ;', 'For example'],
    ['/hooks\\x', 'has a backslash', 'For example'],
    ['/hooks/%2e%2e/x', 'has an encoded character', 'For example'],
    ['/hooks%2Fx', 'has an encoded character', 'For example'],
    ['/%61bc', 'has an encoded character', 'For example'],
    ['/d%c3%a9mo/*', 'has an encoded character', 'For example'],
    ['/hooks/é', 'has a character that a path cannot hold', 'For example'],
    ['/hooks/%C3', 'has a character that a path cannot hold', 'For example'],
    ['/hooks/x%EF%B8%8F', 'has a character that a path cannot hold', 'For example'],
    ['/.koder-gate/*', "lies below /.koder-gate/, which is the gate's own", 'Take it out'],
    ['/.Koder-Gate/status', 'lies below /.koder-gate/', 'Take it out'],
    ['post /hooks', 'begins with "post", which is not a method', 'Write POST.'],
    ['FETCH /hooks', 'begins with "FETCH", which is not a method', 'Known: GET, HEAD, POST'],
    ['GET POST /hooks', 'begins with "GET POST", which is not a method', 'separated by commas'],
  ])('%j', (text, problem, cure) => {
    const read = readOpenPath(text);

    expect('problem' in read ? read.problem : 'taken').toContain(problem);
    expect('cure' in read ? read.cure : '').toContain(cure);
  });

  test('one that nobody can read through', () => {
    expect(readOpenPath(`/${'a'.repeat(256)}`)).toMatchObject({ problem: 'is longer than 256 characters' });
  });
});

describe('what fits', () => {
  test.each([
    ['/.well-known/acme-challenge/x-_1', '/.well-known/acme-challenge/*'],
    ['/.well-known/acme-challenge/', '/.well-known/acme-challenge/*'],
    ['/.well-known/acme-challenge/a/b?c=/../d', '/.well-known/acme-challenge/*'],
    ['/status', 'GET,PUT /status'],
    ['/status?full=1', 'GET,PUT /status'],
    ['/d%C3%A9mo/a%20b', '/d%C3%A9mo/*'],
  ])('GET %s', (uri, pattern) => {
    expect(fit(uri)).toBe(pattern);
  });

  test('HEAD counts as GET, and no other method as another', () => {
    expect(fit('/status', 'HEAD')).toBe('GET,PUT /status');
    expect(fit('/status', 'PUT')).toBe('GET,PUT /status');
    expect(fit('/status', 'POST')).toBeNull();
    expect(fit('/webhooks/github', 'POST')).toBe('POST /webhooks/github');
    expect(fit('/webhooks/github', 'GET')).toBeNull();
    expect(fit('/webhooks/github', 'HEAD')).toBeNull();
    expect(fit('/webhooks/github', 'post')).toBeNull();
    expect(fit('/.well-known/acme-challenge/x', 'DELETE')).toBe('/.well-known/acme-challenge/*');
  });

  test.each<AskedPath>([
    { method: null, uri: '/status' },
    { method: 'GET', uri: null },
    { method: '', uri: '/status' },
    { method: 'GET /status HTTP/1.1', uri: '/status' },
  ])('nothing, where method or path is not known: %j', (asked) => {
    expect(openPathFor(SITES, asked)).toBeNull();
  });
});

describe('what does not fit', () => {
  test.each([
    ['/.well-known/acme-challenge', 'the folder itself without its slash'],
    ['/.well-known/acme-challengex', 'a name that only begins alike'],
    ['/.Well-Known/acme-challenge/x', 'another case'],
    ['/.well-known/acme-challenge/../../admin', 'a dot segment'],
    ['/.well-known/acme-challenge/..', 'a dot segment at the end'],
    ['/.well-known/acme-challenge/.', 'a single dot'],
    ['/.well-known/acme-challenge/%2e%2e/admin', 'an encoded dot segment'],
    ['/.well-known/acme-challenge/.%2E/admin', 'a half encoded one'],
    ['/.well-known/acme-challenge/..%2fadmin', 'an encoded slash'],
    ['/.well-known/acme-challenge/..%5cadmin', 'an encoded backslash'],
    ['/.well-known/acme-challenge/..\\admin', 'a backslash'],
    ['/.well-known/acme-challenge/..;/admin', 'a parameter'],
    ['/.well-known/acme-challenge/x;y', 'a parameter that does nothing'],
    ['/.well-known/acme-challenge/%3b', 'an encoded semicolon'],
    ['/.well-known/acme-challenge//x', 'a double slash'],
    ['//.well-known/acme-challenge/x', 'a double slash in front'],
    ['/.well-known/acme-challenge/%252e%252e/admin', 'a double encoding'],
    ['/.well-known/acme-challenge/%25', 'an encoded percent sign'],
    ['/.well-known/acme-challenge/%00', 'an encoded zero'],
    ['/.well-known/acme-challenge/%0d%0a', 'an encoded line end'],
    ['/.well-known/acme-challenge/%7F', 'an encoded control character'],
    ['/.well-known/acme-challenge/%C2%85', 'a control character beyond ASCII'],
    ['/.well-known/acme-challenge/\t', 'a control character'],
    ['/.well-known/acme-challenge/a b', 'a space'],
    ['/.well-known/acme-challenge/%61', 'a letter that is encoded'],
    ['/d%c3%a9mo/x', 'small digits of an encoding'],
    ['/.well-known/acme-challenge/%C0%AE%C0%AE/', 'an overlong form of a dot'],
    ['/.well-known/acme-challenge/%C3', 'half a character'],
    ['/.well-known/acme-challenge/%FF', 'no UTF-8'],
    ['/.well-known/acme-challenge/%EF%BC%8E%EF%BC%8E%EF%BC%8Fadmin', 'full-width dots and slash'],
    ['/.well-known/acme-challenge/%E2%88%95', 'a look-alike of the slash'],
    ['/.well-known/acme-challenge/e%CC%81', 'a character in two parts'],
    ['/.well-known/acme-challenge/x%EF%B8%8F', 'a variation selector behind a letter'],
    ['/.well-known/acme-challenge/%E1%85%9F', 'a letter that shows nothing'],
    ['/.well-known/acme-challenge/x%F3%A0%84%80', 'a variation selector beyond the basic plane'],
    ['/.well-known/acme-challenge/.%EF%B8%8F./admin', 'dots with a variation selector between'],
    ['/.well-known/acme-challenge/\u00e9', 'a byte beyond ASCII as it stands'],
    ['/.well-known/acme-challenge/%', 'a percent sign'],
    ['/.well-known/acme-challenge/%zz', 'no encoding'],
    ['/.well-known/acme-challenge/%u002e', 'an encoding of IIS'],
    ['/.well-known/acme-challenge/..%20/admin', 'dots with a space'],
    ['/.well-known/acme-challenge/x#y', 'a fragment'],
    ['http://stg.example.org/.well-known/acme-challenge/x', 'the absolute form'],
    ['*', 'the asterisk form'],
    ['stg.example.org:443', 'the authority form'],
    ['', 'nothing'],
    ['?x', 'a query alone'],
    ['/status/', 'a slash behind'],
    ['/STATUS', 'capitals'],
  ])('%s: %s', (uri) => {
    expect(fit(uri)).toBeNull();
  });

  test('what is longer than any path of a site', () => {
    expect(fit(`/.well-known/acme-challenge/${'a'.repeat(1_000)}`)).not.toBeNull();
    expect(fit(`/.well-known/acme-challenge/${'a'.repeat(2_048)}`)).toBeNull();
  });

  test("the gate's own paths, whatever a pattern says", () => {
    const all: OpenPath = { text: '/*', methods: null, path: '/', isPrefix: true };

    expect(openPathFor([all], { method: 'GET', uri: '/x' })).not.toBeNull();
    expect(openPathFor([all], { method: 'GET', uri: '/.koder-gate/status/x' })).toBeNull();
    expect(openPathFor([all], { method: 'GET', uri: '/.KODER-GATE' })).toBeNull();
  });
});
