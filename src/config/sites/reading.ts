/** What every reader of a part of `sites.toml` is given: where the file is, the known channels, and where to report problems. */
import type { Clock } from '../../base/time/clock.js';
import type { ConfigProblem } from '../../contract/channel.js';
import type { Settings } from '../env.js';
import { nearest } from '../../base/text/nearest.js';
import type { Wrong } from '../problems.js';
import type { SecretSource } from '../secret-source.js';
import type { KnownChannels } from './known-channel.js';

export interface Reading {
  readonly file: string;
  readonly settings: Pick<Settings, 'publicUrl' | 'trustedProxies' | 'publicTls'>;
  readonly channels: KnownChannels;
  /** Where a channel delivers by the RFC's payload unless the site says otherwise (RFC 001, section 6.3). */
  readonly consumerUrls: ReadonlyMap<string, string>;
  readonly secrets: SecretSource;
  readonly clock: Clock;
  tell(key: string, wrong: Wrong): void;
  tellAll(problems: readonly ConfigProblem[]): void;
}

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
  const channel = reading.channels.get(name);
  if (channel?.hasLocalForm !== false) return true;
  const variable = channel.consumerVariable === null ? '' : ` or ${channel.consumerVariable}`;
  const cure = `set [sites.auth_gate.${name}].url${variable}`;
  reading.tell(key, { problem: `${name} has no local form yet`, cure });
  return false;
}

/** A name in a path of the file: quoted as TOML wants it where it must be. */
export function quoted(name: string): string {
  return /^[\w-]+$/.test(name) ? name : `"${name}"`;
}
