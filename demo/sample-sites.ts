/** The demo's `sites.toml`, written into its data folder once, so that a curious person can edit it and `gate reload`. */

export const APPROVER = 'ada@example.org';

const PROXY_ADDRESS = `# Visitors of the demo come from this machine, so that all of them look like its proxy. Never on a real site.
allow_proxy_address = true
`;

const OPERATORS = `# Who sees everything in the console, by one factor: the demo is for this machine alone.
operators = ["${APPROVER}"]

[identity]
second_factor = "off"
`;

const BOTH_NAMES = '["127.0.0.1", "localhost"]';

export const SAMPLE_SITES = sampleSites(BOTH_NAMES, PROXY_ADDRESS, OPERATORS);

/** What earlier versions wrote. A folder that still has exactly that gets the new text; a file that was edited stays. */
export const SAMPLE_SITES_BEFORE: readonly string[] = [
  sampleSites('["127.0.0.1"]', ''),
  sampleSites('["127.0.0.1"]', PROXY_ADDRESS),
  sampleSites(BOTH_NAMES, PROXY_ADDRESS),
];

function sampleSites(domains: string, proxyAddress: string, operators = ''): string {
  return `# The demo's sites. Change it and run: npx gate reload
${operators}
[approvers."${APPROVER}"]
email = "${APPROVER}"
talk = "${APPROVER}"

[[sites]]
domains     = ${domains}
environment = "stg"
${proxyAddress}
[sites.auth_gate]
admin     = "${APPROVER}"
notifiers = ["talk", "email"]

# One request per address in 20 seconds, so that approve, revoke and deny can be tried one after the other.
# A real gate leaves this out and has the policy's 10 minutes.
[limits]
window_sec = 20
`;
}
