/** What the demo prints: what to do as visitor, approver and operator, in this order and where, and one line that begins with `ready`. */
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
  hasKoderId: boolean;
}): string {
  const { config } = state;
  const gate = gateCommand(config);
  const site = String(config.demoSitePort);
  const lines = [
    '',
    '  Koder Gate demo',
    '',
    '  1. You are a visitor. Open the protected site: access is pending.',
    `       http://127.0.0.1:${site}/   (or http://localhost:${site}/)`,
    '',
    `  2. You are ${APPROVER}, who decides. The mail that asks is in the mailbox: open its link.`,
    `       http://localhost:${String(config.adminPort)}/mailbox`,
    '     Not signed in yet, you have a link mailed there that signs in. The inbox asks the same in a chat:',
    `       ${config.publicUrl}/talk`,
    ...(state.hasKoderId
      ? ['     Signing in by a button, "Koder ID", goes to an OpenID provider that the demo brings along.']
      : []),
    '     Approve, and the page of 1 opens by itself.',
    '',
    `  3. You are the operator. A link that opens the console as ${APPROVER}, once, and how to make another:`,
    `       ${state.signInUrl}?next=/sign-in/admin?at=/`,
    `       ${gate} sign-in-link ${APPROVER}`,
    '',
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
