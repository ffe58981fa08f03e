/** Many sites, each with one approver: what stands before one person stays as little as the fakes keep of it. */
import { TEAM } from '../faults/sites.js';

export interface Place {
  readonly host: string;
  readonly approver: string;
  readonly slackUser: string;
  readonly discordUser: string;
}

/** The embedded Talk keeps 200 messages a person. */
const REQUESTS_A_PERSON = 150;
/** The most that the configuration takes; the default of 10 is for people. */
export const CAP = 100;
const CHANNELS = '["talk", "slack", "discord", "email"]';

/** For so many requests, given to them in turn. */
export function placesFor(requests: number): readonly [Place, ...Place[]] {
  const others = Array.from({ length: Math.ceil(requests / REQUESTS_A_PERSON) }, (_, index) => place(index + 2));
  return [place(1), ...others];
}

function place(number: number): Place {
  const digits = String(number).padStart(5, '0');
  return {
    host: `s${String(number)}.soak.example.org`,
    approver: `a${String(number)}@example.org`,
    slackUser: `U0S${digits}`,
    discordUser: `13100000000000${digits}`,
  };
}

export function sitesText(
  places: readonly Place[],
  input: { readonly requestTtlSeconds: number; readonly callbackUrl: string },
): string {
  return `${places.map((one) => tables(one, input.requestTtlSeconds)).join('')}
[producers.jet]
hosts = ["*.soak.example.org"]
token_env = "JET_TOKEN"
notifiers = ${CHANNELS}
callback_url = "${input.callbackUrl}"
callback_secret_env = "JET_CALLBACK_SECRET"

[limits]
max_pending_per_approver = ${String(CAP)}
max_pending_per_network = ${String(CAP)}
`;
}

function tables({ host, approver, slackUser, discordUser }: Place, ttlSeconds: number): string {
  return `
[approvers."${approver}"]
email = "${approver}"
talk = "${approver}"
slack = "${TEAM}:${slackUser}"
discord = "${discordUser}"

[[sites]]
domains = ["${host}"]
environment = "stg"

[sites.auth_gate]
admin = "${approver}"
notifiers = ${CHANNELS}
request_ttl_sec = ${String(ttlSeconds)}
`;
}
