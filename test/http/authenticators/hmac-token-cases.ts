/** Tokens `<workspace>.<thread>.<hex>`, the MAC over `<workspace>\0<thread>`. The MACs are made here, by node's own hand. */
import { createHmac } from 'node:crypto';
import type { HmacProof } from '../../../src/contract/caller-proofs.js';
import { UNKNOWN } from '../../../src/http/receiver/authenticator.js';
import { jetWith, lets, NO_PROOF, secrets, sendsAway, type CallerCase } from './case.js';
import { bearerIn, knowsNobody, rewrites, trustsWhen } from './mutants.js';

const KEY = 'hmac-key-0123456789abcdef0123456789';
const FORMER = 'hmac-key-of-before-0123456789abcdef';
const FOREIGN = 'hmac-key-of-fly-0123456789abcdef01';

const hmac: HmacProof = {
  keys: secrets(KEY, FORMER),
  workspaces: new Set(['koder', 'ko']),
  revoked: new Set(['koder.13']),
};
const input = jetWith({ hmac });

function macOver(text: string, key = KEY): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

function token(workspace: string, thread: string, key = KEY): string {
  return `${workspace}.${thread}.${macOver(`${workspace}\0${thread}`, key)}`;
}

/** The parts before the MAC, and the MAC. */
function split(bearer: string): { readonly parts: readonly string[]; readonly mac: string } {
  const parts = bearer.split('.');
  return { parts: parts.slice(0, -1), mac: parts.at(-1) ?? '' };
}

/** Takes a token of the right shape for what it says. */
const forgetsTheMac = trustsWhen((bearer) => /^[^.]+\.[^.]+\.[0-9a-f]{64}$/.test(bearer));

/** Keeps the parts of a MAC's text apart by something else. */
function joinsBy(separator: string): CallerCase['mutant'] {
  return trustsWhen((bearer) => split(bearer).mac === macOver(split(bearer).parts.join(separator)));
}

export const hmacTokenCases: readonly CallerCase[] = [
  {
    promise: 'a token with its MAC is its producer, and the audit says which thread of which workspace',
    input,
    check: (fixture) => lets(fixture, { bearer: token('koder', '42') }, 'jet/thread 42 of koder'),
    mutant: knowsNobody,
  },
  {
    promise: 'every configured key counts, so that it can be rotated',
    input,
    check: (fixture) => lets(fixture, { bearer: token('koder', '42', FORMER) }, 'jet/thread 42 of koder'),
    mutant: (honest) => ({
      authenticate: (call) =>
        split(bearerIn(call)).mac === macOver('koder\x0042') ? honest.authenticate(call) : Promise.resolve(UNKNOWN),
    }),
  },
  {
    promise: 'a MAC with one digit changed is nobody',
    input,
    check: (fixture) =>
      sendsAway(fixture, { bearer: token('koder', '42').replace(/.$/, (last) => (last === '0' ? '1' : '0')) }),
    mutant: forgetsTheMac,
  },
  {
    promise: 'a MAC that is cut is nobody',
    input,
    check: (fixture) => sendsAway(fixture, { bearer: token('koder', '42').slice(0, -2) }),
    mutant: trustsWhen((bearer) => bearer !== '' && token('koder', '42').startsWith(bearer)),
  },
  {
    promise: 'the MAC of another thread is nobody',
    input,
    check: (fixture) => sendsAway(fixture, { bearer: `koder.43.${macOver('koder\x0042')}` }),
    mutant: forgetsTheMac,
  },
  {
    promise: 'the MAC of another workspace is nobody',
    input,
    check: (fixture) => sendsAway(fixture, { bearer: `ko.42.${macOver('koder\x0042')}` }),
    mutant: forgetsTheMac,
  },
  {
    promise: 'a MAC over the parts with a dot between them is nobody',
    input,
    check: (fixture) => sendsAway(fixture, { bearer: `koder.42.${macOver('koder.42')}` }),
    mutant: joinsBy('.'),
  },
  {
    promise: 'a MAC over the parts with nothing between them is nobody: koder and 42 are not ko and der42',
    input,
    check: (fixture) => sendsAway(fixture, { bearer: `ko.der42.${macOver('koder42')}` }),
    mutant: joinsBy(''),
  },
  {
    promise: 'four parts are nobody, however their MAC reads them',
    input,
    check: (fixture) => sendsAway(fixture, { bearer: `koder.4.2.${macOver('koder\x004.2')}` }),
    mutant: trustsWhen((bearer) => {
      const [workspace = '', ...rest] = split(bearer).parts;
      return split(bearer).mac === macOver(`${workspace}\0${rest.join('.')}`);
    }),
  },
  {
    promise: 'an empty part is nobody',
    input: jetWith({ hmac: { ...hmac, workspaces: new Set(['koder', '']) } }),
    check: (fixture) => sendsAway(fixture, { bearer: `.42.${macOver('\x0042')}` }),
    mutant: joinsBy('\0'),
  },
  {
    promise: 'a MAC in capitals is nobody: a token has one spelling',
    input,
    check: (fixture) => sendsAway(fixture, { bearer: `koder.42.${macOver('koder\x0042').toUpperCase()}` }),
    mutant: rewrites((bearer) => bearer.toLowerCase()),
  },
  {
    promise: 'a workspace that is not listed is nobody, though its MAC is right',
    input,
    check: (fixture) => sendsAway(fixture, { bearer: token('elsewhere', '42') }),
    mutant: joinsBy('\0'),
  },
  {
    promise: 'a token that is revoked is nobody, though its MAC is right',
    input,
    check: (fixture) => sendsAway(fixture, { bearer: token('koder', '13') }),
    mutant: joinsBy('\0'),
  },
  {
    promise: "another producer's key signs nothing for this one's workspaces",
    input: () => ({
      proofs: {
        jet: { ...NO_PROOF, hmac },
        fly: { ...NO_PROOF, hmac: { keys: secrets(FOREIGN), workspaces: new Set(['fly']), revoked: new Set() } },
      },
    }),
    check: (fixture) => sendsAway(fixture, { bearer: token('koder', '42', FOREIGN) }),
    mutant: trustsWhen((bearer) => split(bearer).mac === macOver('koder\x0042', FOREIGN)),
  },
];
