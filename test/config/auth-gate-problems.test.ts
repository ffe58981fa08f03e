/** Problems of `sites.toml`, each with its place, its text and its cure: the gate of a site, and its approvers. */
import { ADA, GATE, site, tellsEach, type ProblemCase } from '../fixtures/sites/problems.js';

function gate(lines: string): string {
  return site('', `admin = "ada@example.org"\n${lines}`);
}

const CASES: readonly ProblemCase[] = [
  [gate('open_paths = ["/a/*"]'), `${GATE}.open_paths.0`, '"/a/*" is too short a beginning', 'Name the path'],
  [
    site('open_paths = ["/a"]', 'admin = "ada@example.org"\nopen_paths = ["/b"]'),
    `${GATE}.open_paths`,
    'stands in the site itself, too',
    'in one place',
  ],
  [
    gate('enabled = false'),
    `${GATE}.enabled`,
    'is false, but dev sites are gated',
    'exceptions = ["auth_gate_disabled"]',
  ],
  [gate('enabled = "yes"'), `${GATE}.enabled`, 'is text, which does not fit here', 'enabled = true'],
  [
    gate('approve_needs = "always"'),
    `${GATE}.approve_needs`,
    'is "always", not one of session, fresh, passkey',
    'fresh',
  ],
  [gate('approve_needs = true'), `${GATE}.approve_needs`, 'is true', 'approve_needs = "fresh"'],
  [gate('second_factor = "off"'), `${GATE}.second_factor`, 'is "off", not one of offered, required', 'required'],
  [gate('second_factor = true'), `${GATE}.second_factor`, 'is true', 'second_factor = "required"'],
  [site('', ''), `${GATE}.admin`, 'is missing: the site is gated and nobody may decide for it', 'admin_email'],
  [
    site('', 'admin = "bob@example.org"'),
    `${GATE}.admin`,
    'names bob@example.org, who has no table',
    '[approvers."bob@example.org"]',
  ],
  [
    site('', 'admin = "adda@example.org"'),
    `${GATE}.admin`,
    'names adda@example.org, who has no table',
    'Did you mean ada@example.org?',
  ],
  [
    `[approvers."ada@example.org"]\nemail = "ada@example.org"\ntime_zone = "Sao Paulo"\n${site('').slice(ADA.length)}`,
    'approvers."ada@example.org".time_zone',
    'is no time zone',
    'America/Sao_Paulo',
  ],
  [site('', 'admin = "two words"'), `${GATE}.admin.0`, 'is no handle', 'without spaces'],
  [site('', 'admin_email = "nobody"'), `${GATE}.admin_email`, 'is no e-mail address', 'rpm@example.org'],
  [
    gate('admin_email = "eve@example.org"'),
    `${GATE}.admin_email`,
    'is not the e-mail address of ada@example.org',
    'Take it out',
  ],
  [
    site('', 'admin = ["a", "b"]\nadmin_email = "eve@example.org"'),
    `${GATE}.admin_email`,
    'could be the e-mail address of a or b',
    'Take it out',
  ],
  [gate('notifiers = []'), `${GATE}.notifiers`, 'is empty', '["email", "talk"]'],
  [
    gate('notifiers = ["mail"]'),
    `${GATE}.notifiers`,
    '"mail" is not a channel',
    'Did you mean email? Known: talk, koder_id, email, ',
  ],
  [
    gate('notifiers = ["email", "koder_id"]'),
    `${GATE}.notifiers`,
    'koder_id has no local form yet',
    'set [sites.auth_gate.koder_id].url or KODER_JET_KODER_ID_URL',
  ],
  [
    gate('notifiers = ["email", "talk"]'),
    `${GATE}.notifiers`,
    'names talk, where no approver has an address',
    'talk = "<address>"',
  ],
  [
    gate('notifiers = ["talk"]'),
    `${GATE}.notifiers`,
    'ada@example.org has no address on talk',
    '[approvers."ada@example.org"]',
  ],
  [gate('whitelist_ttl_sec = 59'), `${GATE}.whitelist_ttl_sec`, 'is 59, less than 60', 'whitelist_ttl_sec = 86400'],
  [
    gate('whitelist_ttl_secs = 600'),
    `${GATE}.whitelist_ttl_secs`,
    'is not a known key',
    'Did you mean whitelist_ttl_sec?',
  ],
  [gate('request_ttl_sec = 29'), `${GATE}.request_ttl_sec`, 'is 29, less than 30', 'request_ttl_sec = 600'],
  [gate('request_ttl_sec = 86401'), `${GATE}.request_ttl_sec`, 'is 86401, more than 86400', 'request_ttl_sec = 600'],
  [
    gate('request_ttl_sec = 60.5'),
    `${GATE}.request_ttl_sec`,
    'is the number 60.5, which does not fit here',
    'request_ttl_sec = 600',
  ],
  [gate('geofence = []'), `${GATE}.geofence`, 'is empty, which would shut everybody out', '["BR"]'],
  [gate('geofence = ["br"]'), `${GATE}.geofence.0`, '"br" is not a country code', 'Write "BR".'],
  [gate('geofence = ["BR", "UK"]'), `${GATE}.geofence.1`, '"UK" is not a country code', 'Write "GB".'],
  [gate('geofence = ["BRA"]'), `${GATE}.geofence.0`, '"BRA" is not a country code', 'alpha-2'],
  [gate('confirm_endpoint = "confirm.example.org"'), `${GATE}.confirm_endpoint`, 'is not a URL', 'https://'],
  [
    gate('[sites.auth_gate.talk]\nurl = "http://talk.example.org"'),
    `${GATE}.talk.url`,
    'is plain http to talk.example.org',
    'https://',
  ],
  [
    gate('[sites.auth_gate.talk]\ntoken = "x"'),
    `${GATE}.talk.token`,
    'looks like a secret, and secrets do not belong in this file',
    '.env.example',
  ],
  [gate('[sites.auth_gate.matrix]\nurl = "https://x.org"'), `${GATE}.matrix`, 'is not a known key', 'Known here:'],
  [
    gate('permanent_whitelist = ["192.0.2.0/24"]'),
    `${GATE}.permanent_whitelist`,
    'belongs into the site itself, above [sites.auth_gate]',
    'Write it',
  ],
  [
    gate('notifiers = ["talk"]\n[sites.auth_gate.talk]\nurl = "https://talk.example.org/a"'),
    'WEBHOOK_TOKEN',
    'is not set, but a site delivers to a consumer, which must know who asks',
    'WEBHOOK_TOKEN',
  ],
  [`${site('')}[approvers."bob"]\n`, 'approvers.bob', 'has no address on any channel', 'email ='],
  [
    `${site('')}[approvers."bob"]\nemail = "bob"`,
    'approvers.bob.email',
    'is not a mail address like name@example.org',
    'Correct the address',
  ],
  [
    `${site('')}[approvers."bob"]\nemails = "bob@example.org"`,
    'approvers.bob.emails',
    'is not a known key',
    'Did you mean email?',
  ],
  [
    `${site('')}[approvers."bob"]\nemail = ["bob@example.org"]`,
    'approvers.bob.email',
    'is a list, which does not fit here',
    'rpm@example.org',
  ],
  [`${site('')}[approvers."b b"]\nemail = "bob@example.org"`, 'approvers."b b"', 'is no handle', 'without spaces'],
];

tellsEach(CASES, [
  // two handles without a table, and an e-mail address that could be either's
  [`sites.toml: ${GATE}.admin`, `sites.toml: ${GATE}.admin`, `sites.toml: ${GATE}.admin_email`],
]);
