/** The demo's `sites.toml`, written into its data folder once, so that a curious person can edit it and `gate reload`. */

export const APPROVER = 'ada@example.org';

export const SAMPLE_SITES = `# The demo's sites. Change it and run: npx gate reload

[approvers."${APPROVER}"]
email = "${APPROVER}"
talk = "${APPROVER}"

[[sites]]
domains     = ["127.0.0.1"]
environment = "stg"

[sites.auth_gate]
admin     = "${APPROVER}"
notifiers = ["talk", "email"]

# One request per address in 20 seconds, so that approve, revoke and deny can be tried one after the other.
# A real gate leaves this out and has the policy's 10 minutes.
[limits]
window_sec = 20
`;
