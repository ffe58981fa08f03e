/** From the arguments of a call to those that a verb works with; or why not, in words. */
import { parseDurationSeconds } from '../approval/duration.js';
import { never } from '../base/process/never.js';
import type { CommandAnswer, CommandArgs } from '../contract/commands.js';
import { badDuration } from './answers.js';
import type { Parameter, Parameters } from './declaration.js';
import { badPage } from './paging.js';

type ReadArgs =
  | { readonly kind: 'read'; readonly args: Readonly<Record<string, string | number>> }
  /** One is missing, or there is one too many. */
  | { readonly kind: 'usage' }
  | { readonly kind: 'bad'; readonly answer: CommandAnswer };

export function readArgs(parameters: Parameters, given: CommandArgs): ReadArgs {
  if (!isComplete(parameters, given)) return { kind: 'usage' };
  const args: Record<string, string | number> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const text = given[name];
    if (text === undefined) continue;
    const value = valueOf(parameter, text);
    if (value === null) return { kind: 'usage' };
    if (typeof value === 'object') return { kind: 'bad', answer: value };
    args[name] = value;
  }
  return { kind: 'read', args };
}

function isComplete(parameters: Parameters, given: CommandArgs): boolean {
  const isKnown = Object.keys(given).every((name) => Object.hasOwn(parameters, name));
  const isEnough = Object.entries(parameters).every(
    ([name, { isRequired }]) => isRequired !== true || given[name] !== undefined,
  );
  const isOneOfTwo = Object.entries(parameters).every(
    ([name, { insteadOf }]) => insteadOf === undefined || given[name] === undefined || given[insteadOf] === undefined,
  );
  return isKnown && isEnough && isOneOfTwo;
}

/** Null where nothing was said. */
function valueOf({ kind }: Parameter, text: string): string | number | CommandAnswer | null {
  switch (kind) {
    case 'word':
    case 'verb':
      return text;
    case 'text':
      return text === '' ? null : text;
    case 'duration':
      return parseDurationSeconds(text) ?? badDuration(text);
    case 'page':
      return /^[1-9]\d{0,4}$/.test(text) ? Number(text) : badPage(text);
    default:
      return never(kind);
  }
}
