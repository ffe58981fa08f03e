/** What the demo prints: where everything is, and one line that begins with `ready`. */
import { utcMinute } from '../src/approval/sentences.js';
import type { Config } from '../src/config/config.js';
import type { GrantRecord } from '../src/contract/ledger.js';
import { APPROVER } from './sample-sites.js';

/** The demo's own folder: a second run starts with the state it had. The CLI looks there by itself. */
export const DEMO_DATA_DIR = '.gate/demo';
const DEFAULT_ADMIN_PORT = 8082;

export function welcome(state: {
  config: Config;
  isSecondRun: boolean;
  signInUrl: string;
  grants: readonly GrantRecord[];
}): string {
  const { config } = state;
  const gate = gateCommand(config);
  const site = String(config.demoSitePort);
  const lines = [
    '',
    '  Koder Gate demo',
    '',
    `  1. The protected site      http://127.0.0.1:${site}/   (or http://localhost:${site}/)`,
    `  2. The approver's inbox    ${state.signInUrl}?next=/talk`,
    `                             (a one-time link for ${APPROVER}; a new one: ${gate} sign-in-link ${APPROVER})`,
    `  3. The mailbox             http://localhost:${String(config.adminPort)}/mailbox`,
    '',
    '  Open 1: access is pending. Approve it in 2, and the page of 1 opens by itself.',
    `  Events are written to ${config.dataDir}/events.ndjson. Ctrl-C stops everything.`,
    ...grantLines(state, gate),
    '',
    `ready  everything listens on loopback; state is kept in ${config.dataDir}`,
    '',
  ];
  return lines.join('\n');
}

/** As it is typed to reach this very process: what differs from the defaults is said. */
function gateCommand({ dataDir, adminPort }: Config): string {
  const folder = dataDir === DEMO_DATA_DIR ? '' : `DATA_DIR=${quoted(dataDir)} `;
  const port = adminPort === DEFAULT_ADMIN_PORT ? '' : `ADMIN_PORT=${String(adminPort)} `;
  return `${folder}${port}npx gate`;
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function grantLines(
  { isSecondRun, grants }: { isSecondRun: boolean; grants: readonly GrantRecord[] },
  gate: string,
): readonly string[] {
  if (!isSecondRun) return [];
  const lines = grants.map(
    (grant) =>
      `    ${grant.address} may visit ${grant.site} until ${utcMinute(grant.untilMs)}   revoke: ${gate} revoke ${String(grant.id)}`,
  );
  return ['', '  State of the last run was found.', ...(lines.length > 0 ? lines : ['    No grant is live.'])];
}
