/** A configuration for tests: what is needed and nothing more, and the problems of a variation of it as lines. */
import { channels } from '../../bots/index.js';
import type { Directory, Site } from '../../src/approval/site.js';
import type { Clock } from '../../src/base/clock.js';
import type { Config } from '../../src/config/config.js';
import type { ChannelEntry } from '../../src/contract/channel.js';
import { loadConfig, type Loading } from '../../src/config/load.js';

export const SECRET = '5f0c9a7d3be14826a0d7f1c35e9b8246c1d0e3f2a5b4978685746352413f0e1d';
/** 2026-05-11T12:00:00Z */
export const NOW_MS = Date.UTC(2026, 4, 11, 12);

export const SITE = `
[approvers."ada@example.org"]
email = "ada@example.org"

[[sites]]
domains = ["stg.example.org"]
environment = "stg"

[sites.auth_gate]
admin = "ada@example.org"
`;

const ENVIRONMENT = {
  PUBLIC_URL: 'https://gate.example.org',
  GATE_SECRET: SECRET,
  SMTP_URL: 'smtp://127.0.0.1:2525',
  MAIL_FROM: 'gate@example.org',
};

export interface Variation {
  readonly sites?: string;
  /** Beside or instead of what is needed; undefined takes one out. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Path -> text; a path that is not here does not exist. */
  readonly files?: Readonly<Record<string, string>>;
  readonly nowMs?: () => number;
  /** Instead of the registry. */
  readonly entries?: readonly ChannelEntry[];
}

export function loadingOf(variation: Variation): Loading {
  const files: Readonly<Record<string, string>> = { 'sites.toml': variation.sites ?? SITE, ...variation.files };
  const clock: Clock = {
    nowMs: variation.nowMs ?? (() => NOW_MS),
    monotonicMs: () => 0,
    after: () => () => undefined,
  };
  return {
    environment: { ...ENVIRONMENT, ...variation.environment },
    entries: variation.entries ?? channels,
    clock,
    readFile(path) {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
      return text;
    },
  };
}

/** Each as `file: key | problem | cure`. */
export function problemsOf(variation: Variation): readonly string[] {
  const loaded = loadConfig(loadingOf(variation));
  if (loaded.kind === 'ok') return [];
  return loaded.problems.map(({ file, key, problem, cure }) => `${file}: ${key} | ${problem} | ${cure}`);
}

export function configOf(variation: Variation): Config {
  const loaded = loadConfig(loadingOf(variation));
  if (loaded.kind === 'ok') return loaded.config;
  throw new Error(`the configuration has problems: ${JSON.stringify(loaded.problems)}`);
}

export function directoryOf(sites: string, variation: Variation = {}): Directory {
  return configOf({ ...variation, sites }).directory;
}

/** The one site of a file. */
export function siteOf(sites: string, variation: Variation = {}): Site {
  const [site, ...others] = directoryOf(sites, variation).sites;
  if (site === undefined || others.length > 0) throw new Error('the file has not one site');
  return site;
}
