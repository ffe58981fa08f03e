/** The site, the approvers and the producer of an episode, by names that no real one has. */
import { ADA, BOB, HOST } from '../fixtures/sites/sites.js';

export { ADA, BOB, HOST, JET_TOKEN } from '../fixtures/sites/sites.js';

export const CALLBACK_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
export const SLACK_SIGNING_SECRET = '0123456789abcdef0123456789abcde1';
export const TEAM = 'T0GATE';
/** She alone never answers: what is put before her waits until its end, and fills her up to the cap. */
export const CAROL = 'carol@example.org';
export const SLACK_USERS = { [ADA]: 'U0ADA', [BOB]: 'U0BOB', [CAROL]: 'U0CAROL' } as const;
export const CAP = 10;
export const CALLBACK_PATH = '/decisions';

/** What every process of an episode has. */
export const CHANNELS = ['talk', 'slack', 'email'] as const;

export interface SitesInput {
  /** Fewer channels, where a process does not know all. */
  readonly known?: readonly (typeof CHANNELS)[number][];
  /** How many requests may be before one approver at once. */
  readonly cap?: number;
}

/** `callbackUrl`: where the producer is told of outcomes. */
export function sitesText(callbackUrl: string, { known = CHANNELS, cap = CAP }: SitesInput = {}): string {
  const notifiers = JSON.stringify(known);
  const approvers = Object.entries(SLACK_USERS).map(([name, user]) => {
    const addresses = { email: name, talk: name, slack: `${TEAM}:${user}` };
    return `
[approvers."${name}"]
${known.map((channel) => `${channel} = "${addresses[channel]}"\n`).join('')}`;
  });
  return `${approvers.join('')}
[[sites]]
domains = ["${HOST}"]
environment = "stg"

[sites.auth_gate]
admin = ["${ADA}", "${BOB}"]
notifiers = ${notifiers}

[producers.jet]
hosts = ["${HOST}"]
token_env = "JET_TOKEN"
notifiers = ${notifiers}
callback_url = "${callbackUrl}"
callback_secret_env = "JET_CALLBACK_SECRET"

[limits]
max_pending_per_approver = ${String(cap)}
`;
}
