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

# One request per address in 10 minutes. To try approve, revoke and deny one after the other, ask more often:
# [limits]
# window_sec = 5
`;
