/** Reads what stands in arguments and options; what is no good is said by the program, with the command's usage. */
import { InvalidArgumentError } from 'commander';
import { parseDurationSeconds } from '../approval/duration.js';

/** An id, an address, a host. */
export function oneWord(text: string): string {
  if (/^[^\s\p{Cc}]{1,255}$/u.test(text)) return text;
  throw new InvalidArgumentError('It must be one word.');
}

/** A reason. The gate cuts it to size. */
export function someWords(text: string): string {
  const words = text.trim();
  if (/^[^\p{Cc}]{1,1000}$/u.test(words)) return words;
  throw new InvalidArgumentError('It must be one line of 1 to 1,000 characters.');
}

export function pageNumber(text: string): string {
  if (/^[1-9]\d{0,4}$/.test(text)) return text;
  throw new InvalidArgumentError('Pages are counted from 1.');
}

export function duration(text: string): string {
  if (parseDurationSeconds(text) !== null) return text.replace(/\s+/g, '');
  throw new InvalidArgumentError('Write it like 30m, 8h or 7d.');
}
