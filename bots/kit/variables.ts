/** Reading a channel's variables: what is given, and the problems that are told of it. */
import { peerUrlWrong } from '../../src/base/net/peer-url.js';
import type { ConfigProblem } from '../../src/contract/channel.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Without blanks around it; empty where it is not set. */
export function valueOf(environment: Environment, name: string): string {
  return (environment[name] ?? '').trim();
}

/** The parts of a comma-separated value. One that is empty is a part, so that a comma too many is told. */
export function partsOf(value: string): readonly string[] {
  return value.split(',').map((part) => part.trim());
}

/** `problemWith` for the variables of one channel, and no other name. */
export type TellProblem<Name extends string> = (key: Name, problem: string, cure: string) => ConfigProblem;

export function problemWith(key: string, problem: string, cure: string): ConfigProblem {
  return { file: 'environment', key, problem, cure };
}

/** Of the URL of a platform's API. */
export function urlProblems(key: string, url: string, cure: string): readonly ConfigProblem[] {
  const wrong = peerUrlWrong(url);
  return wrong === null ? [] : [problemWith(key, wrong, cure)];
}

export function withoutTrailingSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
