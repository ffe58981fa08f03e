/** The client address behind proxies and edges. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addressText } from '../../src/base/net/address-text.js';
import { addressWords } from '../../src/base/net/address-words.js';
import { clientAddresses } from '../../src/base/net/client-address.js';

const TRUSTED = ['127.0.0.1/32', '10.0.0.0/8', '::1/128', '2001:db8:ffff::/48'];
const clients = clientAddresses(TRUSTED);

function clientOf(peer: string | undefined, ...headers: readonly string[]): string | null {
  const words = addressWords();
  const written = clients.of(peer, headers, words);
  return written === null ? null : addressText(written, words);
}

const XFF = 'X-Forwarded-For';

describe('the networks of an edge', () => {
  const behindEdge = clientAddresses(['127.0.0.1/32'], ['198.51.100.0/24', '2001:db8:e::/48']);
  const of = (peer: string, chain: string): string | null => behindEdge.of(peer, [XFF, chain], addressWords());

  test('are skipped in a chain, in any order with our own', () => {
    expect(of('127.0.0.1', '203.0.113.7, 198.51.100.1')).toBe('203.0.113.7');
    expect(of('127.0.0.1', '203.0.113.7, 2001:db8:e::1, 127.0.0.1, 198.51.100.1:443')).toBe('203.0.113.7');
    expect(of('127.0.0.1', '192.0.2.1, 203.0.113.7, 198.51.100.1')).toBe('203.0.113.7');
    expect(of('127.0.0.1', '198.51.100.9, 198.51.100.1')).toBe('198.51.100.9');
  });

  test.each(['198.51.100.1', '2001:db8:e::1', '::ffff:198.51.100.1'])('are not believed as a peer: %s', (peer) => {
    expect(behindEdge.isTrusted(peer)).toBe(false);
    expect(of(peer, '203.0.113.7')).toBe(peer);
  });
});

describe('the client address', () => {
  test.each([
    ['an untrusted peer is itself', '203.0.113.7', [], '203.0.113.7'],
    ['an untrusted peer is itself, whatever it forwards', '203.0.113.7', [XFF, '10.0.0.1'], '203.0.113.7'],
    ['a trusted peer without the header is itself', '127.0.0.1', [], '127.0.0.1'],
    ['a trusted peer tells', '127.0.0.1', [XFF, '203.0.113.7'], '203.0.113.7'],
    ['the right-most foreign hop counts', '127.0.0.1', [XFF, '198.51.100.1, 203.0.113.7'], '203.0.113.7'],
    ['our own hops are passed over', '127.0.0.1', [XFF, '198.51.100.1, 203.0.113.7, 10.1.2.3'], '203.0.113.7'],
    ['with all hops ours, the leftmost', '127.0.0.1', [XFF, '10.9.9.9, 10.1.2.3'], '10.9.9.9'],
    ['repeated lines are one list', '127.0.0.1', [XFF, '198.51.100.1', XFF, '203.0.113.7'], '203.0.113.7'],
    ['the name is read in any case', '127.0.0.1', ['x-forwarded-FOR', '203.0.113.7'], '203.0.113.7'],
    ['a v4-mapped peer is IPv4', '::ffff:203.0.113.7', [], '203.0.113.7'],
    ['a v4-mapped peer in hex is IPv4', '::ffff:cb00:7107', [], '203.0.113.7'],
    ['a v4-mapped trusted peer is trusted', '::ffff:127.0.0.1', [XFF, '203.0.113.7'], '203.0.113.7'],
    ['a zone is dropped', 'fe80::1%eth0', [], 'fe80::1'],
    ['IPv6 is written canonically', '127.0.0.1', [XFF, '2001:DB8:0:1:0:0:0:9'], '2001:db8:0:1::9'],
    ['a trusted IPv6 hop is passed over', '::1', [XFF, '2001:db8::1, 2001:db8:ffff:1::2'], '2001:db8::1'],
    ['a hop that is no address is unknown', '127.0.0.1', [XFF, 'unknown'], null],
    ['a hop may have a port', '127.0.0.1', [XFF, '203.0.113.7:51234'], '203.0.113.7'],
    ['every hop may', '127.0.0.1', [XFF, '198.51.100.1:1, 203.0.113.7:65535, 10.1.2.3:80'], '203.0.113.7'],
    ['an IPv6 hop may stand in brackets', '127.0.0.1', [XFF, '[2001:db8::1]'], '2001:db8::1'],
    ['and have a port behind them', '127.0.0.1', [XFF, '[2001:db8::1]:443'], '2001:db8::1'],
    ['a trusted hop in brackets is passed over', '::1', [XFF, '203.0.113.7, [2001:db8:ffff::2]:443'], '203.0.113.7'],
    ['a hop in brackets may be mapped', '127.0.0.1', [XFF, '[::ffff:203.0.113.7]:443'], '203.0.113.7'],
    ['two ports are none', '127.0.0.1', [XFF, '203.0.113.7:51234:9'], null],
    ['port 0 is none', '127.0.0.1', [XFF, '203.0.113.7:0'], null],
    ['a port beyond 65535 is none', '127.0.0.1', [XFF, '203.0.113.7:65536'], null],
    ['a long port is none', '127.0.0.1', [XFF, '203.0.113.7:000443'], null],
    ['an empty port is none', '127.0.0.1', [XFF, '203.0.113.7:'], null],
    ['a port in letters is none', '127.0.0.1', [XFF, '203.0.113.7:http'], null],
    ['port 0 behind brackets is none', '127.0.0.1', [XFF, '[2001:db8::1]:0'], null],
    ['an empty port behind brackets is none', '127.0.0.1', [XFF, '[2001:db8::1]:'], null],
    ['IPv4 in brackets is unknown', '127.0.0.1', [XFF, '[203.0.113.7]:443'], null],
    ['half a bracket is unknown', '127.0.0.1', [XFF, '[2001:db8::1'], null],
    ['brackets within brackets are unknown', '127.0.0.1', [XFF, '[[2001:db8::1]]:443'], null],
    ['text behind the brackets is unknown', '127.0.0.1', [XFF, '[2001:db8::1]443'], null],
    ['an octal hop with a port is unknown', '127.0.0.1', [XFF, '0203.0.113.7:443'], null],
    [
      'blanks and tabs around a hop are no part of it',
      '127.0.0.1',
      [XFF, '\t203.0.113.7 \t,  10.1.1.1'],
      '203.0.113.7',
    ],
    ['a no-break space is', '127.0.0.1', [XFF, '203.0.113.7\u00a0'], null],
    ['also before a comma', '127.0.0.1', [XFF, '203.0.113.7\u00a0, 10.1.1.1'], null],
    ['also behind a port', '127.0.0.1', [XFF, '203.0.113.7:443\u00a0'], null],
    ['an em space is', '127.0.0.1', [XFF, '\u2003203.0.113.7'], null],
    ['an ideographic space is', '127.0.0.1', [XFF, '203.0.113.7\u3000, 10.1.1.1'], null],
    ['a byte order mark is', '127.0.0.1', [XFF, '\ufeff203.0.113.7, 10.1.1.1'], null],
    ['a line separator is', '127.0.0.1', [XFF, '203.0.113.7\u2028, 10.1.1.1'], null],
    ['a vertical tab is', '127.0.0.1', [XFF, '203.0.113.7\v, 10.1.1.1'], null],
    ['a translated loopback hop is unknown', '127.0.0.1', [XFF, '203.0.113.7, 64:ff9b::127.0.0.1'], null],
    ['a 6to4 peer is no trusted IPv4 network', '2002:a00:1::1', [XFF, '203.0.113.7'], null],
    ['a 6to4 peer is no loopback', '2002:7f00:1::1', [XFF, '203.0.113.7'], null],
    ['an octal hop is unknown', '127.0.0.1', [XFF, '0203.0.113.7'], null],
    ['an empty header is unknown', '127.0.0.1', [XFF, ''], null],
    ['an empty hop behind ours is unknown', '127.0.0.1', [XFF, '203.0.113.7, , 10.1.1.1'], null],
    ['nothing before the first comma is unknown', '127.0.0.1', [XFF, ',10.1.1.1'], null],
    ['what stands left of the visitor is not read', '127.0.0.1', [XFF, 'rubbish, 203.0.113.7'], '203.0.113.7'],
    ['Forwarded is never read', '127.0.0.1', ['Forwarded', 'for=198.51.100.1'], '127.0.0.1'],
    ['X-Real-IP is never read', '127.0.0.1', ['X-Real-IP', '198.51.100.1'], '127.0.0.1'],
    ['an underscore twin is another header', '127.0.0.1', ['X_Forwarded_For', '198.51.100.1'], '127.0.0.1'],
    ['a closed socket has no address', undefined, [XFF, '203.0.113.7'], null],
  ] as const)('%s', (...[, peer, headers, expected]) => {
    expect(clientOf(peer, ...headers)).toBe(expected);
  });

  const untrusted = fc.ipV4().filter((address) => !address.startsWith('10.') && address !== '127.0.0.1');
  const anything = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.constant('10.0.0.1'));

  test('an untrusted peer is itself, whatever headers it sends', () => {
    fc.assert(
      fc.property(
        untrusted,
        fc.array(fc.tuple(fc.constantFrom(XFF, 'Forwarded', 'X-Real-IP', 'X_Forwarded_For'), anything)),
        (peer, lines) => {
          expect(clientOf(peer, ...lines.flat())).toBe(peer);
        },
      ),
    );
  });

  test('behind a trusted proxy nothing a visitor wrote itself is ever taken', () => {
    const written = fc.array(
      anything.map((hop) => hop.replaceAll(',', ';')),
      { maxLength: 5 },
    );
    const ours = fc.array(fc.constantFrom('10.1.2.3', '127.0.0.1', '10.200.0.1'), { maxLength: 3 });
    fc.assert(
      fc.property(written, untrusted, ours, (claimed, seen, hops) => {
        expect(clientOf('127.0.0.1', XFF, [...claimed, seen, ...hops].join(', '))).toBe(seen);
      }),
    );
  });
});
