/** Problems of `sites.toml`, each with its place, its text and its cure: producers. */
import { site, tellsEach, type ProblemCase } from '../fixtures/sites/problems.js';

function producer(lines: string): string {
  return `${site('')}[producers.jet]\nhosts = ["stg.example.org"]\nnotifiers = ["email"]\n${lines}\n`;
}

const CASES: readonly ProblemCase[] = [
  [producer(''), 'producers.jet.token_env', 'is missing', 'token_env or token_file'],
  [
    producer('token_env = "JET_TOKEN"\ntoken_file = "t"'),
    'producers.jet.token_env',
    'is given, and so is token_file',
    'Keep one',
  ],
  [
    producer('token_env = "JET_TOKEN_2"'),
    'producers.jet.token_env',
    'the variable JET_TOKEN_2 is not set',
    'JET_TOKEN_2_FILE',
  ],
  [
    producer('token_env = "s3cr3t-itself"'),
    'producers.jet.token_env',
    "is not a variable's name",
    'never the secret itself',
  ],
  [producer('token_file = "gone"'), 'producers.jet.token_file', 'points to /', 'Create /'],
  [
    producer('token = "s3cr3t"'),
    'producers.jet.token',
    'looks like a secret, and secrets do not belong in this file',
    'token_env or token_file',
  ],
  [
    producer('token_env = "SHORT"'),
    'producers.jet.token',
    'is shorter than 24 characters, or holds some that no bearer token may',
    'openssl',
  ],
  [
    producer('token_env = "JET_TOKEN"\ncallback_url = "https://jet.example.org/d"'),
    'producers.jet.callback_secret_env',
    'is missing',
    'callback_secret_env or callback_secret_file',
  ],
  [
    producer('token_env = "JET_TOKEN"\ncallback_secret_env = "JET_TOKEN"'),
    'producers.jet.callback_url',
    'is missing, but its secret is named',
    'callback_url =',
  ],
  [
    producer('token_env = "JET_TOKEN"\ncallback_url = "https://j.example.org"\ncallback_secret_env = "JET_TOKEN"'),
    'producers.jet.callback_secret',
    'is not a signing secret of 24 bytes or more (whsec_ and base64)',
    'whsec_',
  ],
  [
    producer('token_env = "JET_TOKEN"\nconfirm = "mine"'),
    'producers.jet.confirm',
    'is "mine", not one of ours, theirs',
    'confirm = "ours"',
  ],
  [
    producer('token_env = "JET_TOKEN"\napprovers = ["eve"]'),
    'producers.jet.approvers',
    'names eve, who has no table',
    '[approvers."eve"]',
  ],
  [
    `${site('')}[producers.jet]\nhosts = ["*"]\ntoken_env = "JET_TOKEN"\nnotifiers = ["email"]`,
    'producers.jet.hosts.0',
    '"*" is not a host pattern',
    '*.dev.example.org',
  ],
  ...['*.org', '*.org.', '*.co.uk'].map(
    (pattern) =>
      [
        `${site('')}[producers.jet]\nhosts = ["${pattern}"]\ntoken_env = "JET_TOKEN"\nnotifiers = ["email"]`,
        'producers.jet.hosts.0',
        `"${pattern}" is not a host pattern`,
        '*.dev.example.org',
      ] as const,
  ),
  [
    `${site('')}[producers.jet]\ntoken_env = "JET_TOKEN"\nnotifiers = ["email"]`,
    'producers.jet.hosts',
    'is missing',
    'hosts =',
  ],
  [
    `${site('')}[producers.jet]\nhosts = ["a.org"]\ntoken_env = "JET_TOKEN"\nnotifiers = ["koder_id"]`,
    'producers.jet.notifiers',
    'koder_id has no local form yet',
    'talk, email, ',
  ],
  [`${site('')}[producers.gate]\nhosts = ["a.org"]`, 'producers.gate', 'is the name of our own gate', 'Choose another'],
  [`${site('')}[producers.Jet]\nhosts = ["a.org"]`, 'producers.Jet', 'is not a name', 'small letters'],
  [
    `${producer('token_env = "JET_TOKEN"')}[producers.kora]\nhosts = ["k.org"]\nnotifiers = ["email"]\ntoken_env = "JET_TOKEN"`,
    'producers.kora.token',
    'is also the token of jet',
    'of its own',
  ],
];

tellsEach(CASES, [
  // the secret itself, and with it nothing that names one
  ['sites.toml: producers.jet.token', 'sites.toml: producers.jet.token_env'],
  ['sites.toml: producers.jet.callback_secret', 'sites.toml: producers.jet.callback_url'],
]);
