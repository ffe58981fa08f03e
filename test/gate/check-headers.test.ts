/** One pass over the header lines finds what looking for each header by itself finds. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { agreedHeader, headerLines } from '../../src/base/net/raw-headers.js';
import { checkHeaders, isContradictory, readCheckHeaders } from '../../src/gate/check/check-headers.js';

const READ = [
  'Host',
  'Authorization',
  'X-Forwarded-For',
  'X-Forwarded-Uri',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'X-Forwarded-Method',
];
const NAME = fc.oneof(
  fc.constantFrom(...READ),
  fc.constantFrom(...READ).map((name) => name.toLowerCase()),
  fc.constantFrom(...READ).map((name) => name.toUpperCase()),
  fc.constantFrom(...READ).map((name) => name.replaceAll('-', '_')),
  fc.constantFrom('', 'Hose', 'Most', 'Accept', 'X-Forwarded-Fox', 'X-Forwarded-Port', 'Authorizatiom'),
);
const RAW = fc
  .array(fc.tuple(NAME, fc.constantFrom('', 'a', 'b', 'b,b')), { maxLength: 12 })
  .map((lines) => lines.flat());

test('every header is found as by itself, whatever was read before', () => {
  const headers = checkHeaders();
  fc.assert(
    fc.property(RAW, (raw) => {
      readCheckHeaders(raw, headers);

      expect(headers).toEqual({
        host: agreedHeader(raw, 'host'),
        forwardedHost: agreedHeader(raw, 'x-forwarded-host'),
        forwardedMethod: agreedHeader(raw, 'x-forwarded-method'),
        forwardedUri: agreedHeader(raw, 'x-forwarded-uri'),
        forwardedProto: agreedHeader(raw, 'x-forwarded-proto'),
        forwardedFor: headerLines(raw, 'x-forwarded-for'),
        authorization: headerLines(raw, 'authorization'),
      });
    }),
    { numRuns: 2_000 },
  );
});

test.each(['X-Forwarded-Host', 'X-Forwarded-Method', 'X-Forwarded-Uri', 'X-Forwarded-Proto'])(
  'two lines of %s that disagree are a contradiction, two that agree are none',
  (name) => {
    const headers = checkHeaders();
    const contradicts = (...raw: readonly string[]): boolean => {
      readCheckHeaders(raw, headers);
      return isContradictory(headers);
    };

    expect(contradicts(name, 'one', 'Accept', '*/*', name.toLowerCase(), 'other')).toBe(true);
    expect(contradicts(name, 'one', name, 'other', name, 'one')).toBe(true);
    expect(contradicts(name, 'one', name, 'one')).toBe(false);
    expect(contradicts(name, 'one')).toBe(false);
  },
);
