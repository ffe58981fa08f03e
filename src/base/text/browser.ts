/** The visitor's browser in words: `Chrome 148 on Linux`. A hint for people, never proof: a User-Agent says what it likes. */
import Bowser from 'bowser';
import { fit } from './fit.js';

const UNKNOWN_BROWSER = 'an unknown browser';
/** Longer than any real User-Agent; bounds what the patterns have to look at. */
const MAX_PARSED_CHARACTERS = 512;
const MAX_WORDS_CODE_POINTS = 80;
/** Where no pattern fits, the package takes the first word as it came: that is the visitor's own text. */
const KNOWN_NAMES: ReadonlySet<string> = new Set(Object.values(Bowser.BROWSER_MAP));

/** The words of User-Agents by their text: there are few, and reading one takes longer than all else of a new request. */
const remembered = new Map<string, string>();
const MAX_REMEMBERED = 256;

export function browserInWords(userAgent: string): string {
  const text = userAgent.slice(0, MAX_PARSED_CHARACTERS);
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const words = readBrowser(text);
  remembered.set(text, words);
  const [oldest] = remembered.keys();
  if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  return words;
}

function readBrowser(userAgent: string): string {
  if (userAgent.trim() === '') return UNKNOWN_BROWSER;
  const { browser, os, platform } = Bowser.parse(userAgent);
  if (browser.name === undefined || !KNOWN_NAMES.has(browser.name) || platform.type === 'bot') return UNKNOWN_BROWSER;
  // longer is no version, and might be a telephone number in our mail
  const major = /^\d{1,4}(?!\d)/.exec(browser.version ?? '')?.[0];
  const name = major === undefined ? browser.name : `${browser.name} ${major}`;
  return fit(os.name === undefined || os.name === '' ? name : `${name} on ${os.name}`, MAX_WORDS_CODE_POINTS);
}
