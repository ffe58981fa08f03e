/** One site that asks Ada over these channels, with her address on each. */
import { ADA, HOST } from '../sites.js';
import { DISCORD_ADDRESS } from './discord.js';
import { SLACK_ADDRESS } from './slack.js';

export function sitesOf(channels: readonly string[]): string {
  return `
[approvers."${ADA}"]
talk = "${ADA}"
slack = "${SLACK_ADDRESS}"
discord = "${DISCORD_ADDRESS}"

[[sites]]
domains = ["${HOST}"]
environment = "stg"

[sites.auth_gate]
admin = "${ADA}"
notifiers = [${channels.map((name) => `"${name}"`).join(', ')}]

[limits]
window_scope = "site"
`;
}
