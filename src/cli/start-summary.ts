/**
 * What a gate says when it has started. A terminal has a person before it, who gets a few lines in words; whatever collects
 * logs gets the JSON line of the log, as every other line.
 */
import type { Log } from '../base/process/log.js';
import { certificatesWidely } from '../config/certificates-widely.js';
import { hostInUrl, isLoopback } from '../base/net/reachable-from.js';
import type { Config } from '../config/config.js';
import type { Surroundings } from './surroundings.js';

/** What is said of the running process as a whole: that it has started, that it stops, that it has stopped. */
export interface Notices {
  started(config: Config): void;
  stopping(why: string): void;
  stopped(): void;
}

/** `out`: where the log goes, too. */
export function notices(
  { errIsTerminal }: Pick<Surroundings, 'errIsTerminal'>,
  { log, out, isQuiet }: { readonly log: Log; readonly out: { write(text: string): void }; readonly isQuiet: boolean },
): Notices {
  if (errIsTerminal !== true || isQuiet)
    return {
      started: (config) => log.info('ready', readyFields(config)),
      stopping: (why) => log.info('stopping', { why }),
      stopped: () => log.info('stopped'),
    };
  return inWords(out);
}

/** For a person at a terminal. */
export function inWords(out: { write(text: string): void }): Notices {
  return {
    started: (config) => out.write(startSummary(config)),
    stopping: (why) =>
      out.write(`Stopping (${why}): what is being answered is answered first. Again to end at once.\n`),
    stopped: () => out.write('Stopped.\n'),
  };
}

/** The ports of planes that this process has. */
function readyFields({ roles, publicPort, gatePort, adminPort }: Config): Record<string, unknown> {
  return {
    roles: [...roles],
    ...(roles.has('public') ? { publicPort } : {}),
    ...(roles.has('gate') ? { gatePort } : {}),
    ...(roles.has('admin') ? { adminPort } : {}),
  };
}

const NAME_WIDTH = 17;
const MAX_NAMED = 6;

export function startSummary(config: Config): string {
  const { directory, channels, trustedProxies } = config;
  const facts: readonly (readonly [string, string])[] = [
    ['Sites', sitesInWords(directory.sites)],
    ['Approvers', named([...directory.approvers.keys()])],
    ['Channels', named([...channels.keys()])],
    ...planesOf(config),
    ['Trusted proxies', named(trustedProxies)],
    ['State', config.databaseUrl === null ? `SQLite in ${config.dataDir}` : 'PostgreSQL'],
  ];
  const warnings = warningsOf(config).map((text) => `  Warning: ${text}\n`);
  const lines = facts.map(([name, value]) => `  ${name.padEnd(NAME_WIDTH)}${value}\n`);
  return [
    '\nKoder Gate is ready.\n\n',
    ...lines,
    ...warnings,
    '\n  npx gate doctor looks closer. Ctrl-C stops it.\n\n',
  ].join('');
}

function planesOf(config: Config): [string, string][] {
  const { roles, publicUrl, publicPort, publicTls, gateHost, gatePort, adminHost, adminPort } = config;
  const open = publicTls === null ? `http, port ${String(publicPort)}` : `https, port ${String(publicTls.port)}`;
  const planes: [string, string][] = [];
  if (roles.has('public')) planes.push(['Public plane', `${publicUrl}  (${open}, all interfaces)`]);
  if (roles.has('gate'))
    planes.push(['Gate plane', `http://${hostInUrl(gateHost)}:${String(gatePort)}  (for your reverse proxy)`]);
  if (roles.has('admin'))
    planes.push(['Admin plane', `http://${hostInUrl(adminHost)}:${String(adminPort)}  (for the gate command)`]);
  if (roles.size < ALL_ROLES) planes.push(['Roles', [...roles].join(', ')]);
  return planes;
}

const ALL_ROLES = 4;

function sitesInWords(sites: Config['directory']['sites']): string {
  if (sites.length === 0) return 'none';
  const words = sites.map(
    ({ domains, environment, isGated }) =>
      `${domains.join(', ')} (${environment}${isGated ? '' : ', open to everybody'})`,
  );
  return named(words);
}

function named(words: readonly string[]): string {
  if (words.length === 0) return 'none';
  const rest = words.length - MAX_NAMED;
  const shown = words.slice(0, MAX_NAMED).join(', ');
  return rest > 0 ? `${shown} and ${String(rest)} more` : shown;
}

/** What is no mistake in the configuration, and still seldom meant. */
function warningsOf(config: Config): readonly string[] {
  const { directory, channels, trustedProxies, roles, publicUrl, adminHost } = config;
  const widely = certificatesWidely(config);
  const gated = directory.sites.filter(({ isGated }) => isGated);
  return [
    ...(gated.length === 0 ? ['no site is gated: everybody passes everywhere, or nothing is protected'] : []),
    ...(roles.has('gate') && trustedProxies.length === 0
      ? ['TRUSTED_PROXIES names nobody: set it to the address that your reverse proxy connects from']
      : []),
    ...(widely === null ? [] : [widely]),
    ...(channels.size === 0 ? ['no channel is configured: nobody is told of a request'] : []),
    ...(publicUrl.startsWith('http:') ? ['PUBLIC_URL is plain http: approvers on other machines cannot use it'] : []),
    ...(roles.has('admin') && !isLoopback(adminHost)
      ? [`the admin plane listens on ${adminHost}, beyond this machine: it wants its bearer for everything`]
      : []),
    ...gated
      .filter(({ allowProxyAddress }) => allowProxyAddress)
      .map(({ key }) => `${key} has allow_proxy_address: everybody behind one address shares a grant`),
  ];
}
