/** The configuration of the end-to-end tests: one site, two approvers, one producer; every secret from the environment. */

export const ADA = 'ada@example.org';
export const BOB = 'bob@example.org';
export const HOST = 'stg.example.org';
export const JET_TOKEN = 'jet-0123456789abcdef0123456789abcdef';

/** Takes the Talk server of the house away, so that the gate has its own. */
export const EMBEDDED_TALK = { TALK_API_URL: '', TALK_BOT_TOKEN: '', TALK_SIGNING_SECRET: '', TALK_WORKSPACE: '' };

export const SITES = `
[approvers."${ADA}"]
email = "${ADA}"
talk = "${ADA}"

[approvers."${BOB}"]
email = "${BOB}"
talk = "${BOB}"

[[sites]]
domains = ["${HOST}"]
environment = "stg"

[sites.auth_gate]
admin = ["${ADA}", "${BOB}"]
notifiers = ["talk", "email"]

[producers.jet]
hosts = ["${HOST}", "*.other.example"]
token_env = "JET_TOKEN"
notifiers = ["talk", "email"]
`;
