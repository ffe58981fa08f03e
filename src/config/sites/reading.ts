/** What every reader of a part of `sites.toml` is given: where the file is, the known channels, and where to report problems. */
import type { Clock } from '../../base/clock.js';
import type { ConfigProblem } from '../../contract/channel.js';
import type { Settings } from '../env.js';
import { nearest } from '../../base/nearest.js';
import type { Wrong } from '../problems.js';
import type { SecretSource } from '../secret-source.js';

/** What the configuration knows of a channel: a registry line, or a name that only a consumer can serve. */
export interface KnownChannel {
  readonly name: string;
  /** False: it delivers through a consumer's url alone. */
  readonly hasLocalForm: boolean;
  /** Whether people decide over it. False where its cards only link to the confirm page. */
  readonly takesTaps: boolean;
  checkAddress(address: string): string | null;
  /** A well-formed address, completed by what the configuration adds to it. */
  wholeAddress(address: string): string;
  /** Null: it posts to no rooms. */
  readonly checkRoom: ((address: string) => string | null) | null;
}

export interface Reading {
  readonly file: string;
  readonly settings: Pick<Settings, 'publicUrl' | 'consumerUrls' | 'trustedProxies' | 'publicTls'>;
  readonly channels: ReadonlyMap<string, KnownChannel>;
  readonly secrets: SecretSource;
  readonly clock: Clock;
  tell(key: string, wrong: Wrong): void;
  tellAll(problems: readonly ConfigProblem[]): void;
}

/** The channels that carry a site's name for them in RFC 001 and need no registry line while a consumer serves them. */
export const CONSUMER_CHANNELS = ['talk', 'koder_id'] as const;
/** Carries what goes to a consumer's url and to a producer's callback. */
export const CONSUMER_CARRIER = 'webhook';

/** The known names among these; unknown ones are reported. */
export function knownChannels(names: readonly string[], key: string, reading: Reading): readonly string[] {
  const known = [...reading.channels.keys()];
  return [...new Set(names)].filter((name) => {
    if (reading.channels.has(name)) return true;
    const meant = nearest(name, known);
    const guess = meant === null ? '' : `Did you mean ${meant}? `;
    reading.tell(key, { problem: `"${name}" is not a channel`, cure: `${guess}Known: ${known.join(', ')}.` });
    return false;
  });
}

/** A channel without local form is refused where no consumer serves it. */
export function hasForm(name: string, key: string, reading: Reading): boolean {
  if (reading.channels.get(name)?.hasLocalForm !== false) return true;
  const variable = `KODER_JET_${name.toUpperCase()}_URL`;
  const cure = `set [sites.auth_gate.${name}].url or ${variable}`;
  reading.tell(key, { problem: `${name} has no local form yet`, cure });
  return false;
}

/** A name in a path of the file: quoted as TOML wants it where it must be. */
export function quoted(name: string): string {
  return /^[\w-]+$/.test(name) ? name : `"${name}"`;
}
