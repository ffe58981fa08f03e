/**
 * Approvers in groups, each member reached over a webhook consumer of its own. Nobody may have more than 100 requests
 * before them, so a bench that opens many asks one group after the other.
 */
import type { GateOptions } from '../gate-process.js';

/** The most that `max_pending_per_approver` may be. */
const MAX_PENDING = 100;
const PRODUCER_TOKEN = 'a-bench-token-of-32-characters-00';

/** The gate for so many open requests, each put before every one of these consumers. */
export function gateOf(requests: number, urls: readonly string[]): Pick<GateOptions, 'sites' | 'environment'> {
  const groups = Math.ceil(requests / MAX_PENDING);
  const tables = Array.from({ length: groups }, (_, group) => groupTables(group, urls));
  return {
    sites: `${tables.join('\n')}
[producers.bench]
hosts = ["*.bench.example.org"]
token_env = "BENCH_PRODUCER_TOKEN"
notifiers = ["webhook"]

[limits]
max_pending_per_approver = ${String(MAX_PENDING)}
`,
    environment: { BENCH_PRODUCER_TOKEN: PRODUCER_TOKEN, WEBHOOK_TOKEN: PRODUCER_TOKEN },
  };
}

/** The approvers of the request that is the `index`th of all. */
export function groupOf(index: number, size: number): readonly string[] {
  const group = Math.floor(index / MAX_PENDING);
  return Array.from({ length: size }, (_, member) => approver(group, member));
}

/** The site whose approvers that request goes to. */
export function siteOf(index: number): string {
  return siteName(Math.floor(index / MAX_PENDING));
}

export const PRODUCER_HEADERS = { authorization: `Bearer ${PRODUCER_TOKEN}`, 'content-type': 'application/json' };

function groupTables(group: number, urls: readonly string[]): string {
  const members = urls.map((_, member) => approver(group, member));
  const people = urls.map((url, member) => `[approvers."${approver(group, member)}"]\nwebhook = "${url}"\n`);
  return `${people.join('\n')}
[[sites]]
domains = ["${siteName(group)}"]
environment = "stg"

[sites.auth_gate]
admin = [${members.map((name) => `"${name}"`).join(', ')}]
notifiers = ["webhook"]
request_ttl_sec = 86400
`;
}

function approver(group: number, member: number): string {
  return `group${String(group)}-${String(member)}@example.org`;
}

function siteName(group: number): string {
  return `group${String(group)}.site.example.org`;
}
