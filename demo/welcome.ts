/** What the demo prints: where everything is, and one line that begins with `ready`. */
import { utcMinute } from '../src/approval/sentences.js';
import type { Config } from '../src/config/config.js';
import type { GrantRecord } from '../src/contract/ledger.js';
import { APPROVER } from './sample-sites.js';

export function welcome(state: {
  config: Config;
  isSecondRun: boolean;
  signInUrl: string;
  grants: readonly GrantRecord[];
}): string {
  const { config } = state;
  const lines = [
    '',
    '  Koder Gate demo',
    '',
    `  1. The protected site      http://127.0.0.1:${String(config.demoSitePort)}/`,
    `  2. The approver's inbox    ${state.signInUrl}?next=/talk`,
    `                             (a one-time link for ${APPROVER}; a new one: npx gate sign-in-link ${APPROVER})`,
    `  3. The mailbox             http://localhost:${String(config.adminPort)}/mailbox`,
    '',
    '  Open 1: access is pending. Approve it in 2, and the page of 1 opens by itself.',
    `  Events are written to ${config.dataDir}/events.ndjson. Ctrl-C stops everything.`,
    ...grantLines(state),
    '',
    `ready  everything listens on loopback; state is kept in ${config.dataDir}`,
    '',
  ];
  return lines.join('\n');
}

function grantLines({
  isSecondRun,
  grants,
}: {
  isSecondRun: boolean;
  grants: readonly GrantRecord[];
}): readonly string[] {
  if (!isSecondRun) return [];
  const lines = grants.map(
    (grant) =>
      `    ${grant.address} may visit ${grant.site} until ${utcMinute(grant.untilMs)}   revoke: npx gate revoke ${String(grant.id)}`,
  );
  return ['', '  State of the last run was found.', ...(lines.length > 0 ? lines : ['    No grant is live.'])];
}
