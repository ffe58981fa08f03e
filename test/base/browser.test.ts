/** The visitor's browser in words. */
import { describe, expect, test } from '@jest/globals';
import { browserInWords } from '../../src/base/text/browser.js';

describe('the browser in words', () => {
  test.each([
    ['Chrome/148.0.0.0 Safari/537.36', 'X11; Linux x86_64', 'Chrome 148 on Linux'],
    ['Chrome/148.0.0.0 Mobile Safari/537.36', 'Linux; Android 14; Pixel 8', 'Chrome 148 on Android'],
    ['Version/18.5 Safari/605.1.15', 'Macintosh; Intel Mac OS X 10_15_7', 'Safari 18 on macOS'],
    ['Version/18.5 Mobile/15E148 Safari/604.1', 'iPhone; CPU iPhone OS 18_5 like Mac OS X', 'Safari 18 on iOS'],
  ])('%s (%s) is %s', (engine, platform, words) => {
    expect(browserInWords(`Mozilla/5.0 (${platform}) AppleWebKit/605.1.15 (KHTML, like Gecko) ${engine}`)).toBe(words);
  });

  test('Firefox on Windows is named so', () => {
    expect(browserInWords('Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:139.0) Gecko/20100101 Firefox/139.0')).toBe(
      'Firefox 139 on Windows',
    );
  });

  test.each([
    '',
    '   ',
    'curl/8.5.0',
    'Slackbot-LinkExpanding 1.0',
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    '[Approve](https://evil.net)/12 x',
    '<b>Trusted</b>/148 on your phone',
  ])('a robot, or what only claims to be something, is unknown: %p', (userAgent) => {
    expect(browserInWords(userAgent)).toBe('an unknown browser');
  });
});
