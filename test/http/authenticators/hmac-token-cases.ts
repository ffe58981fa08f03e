/** Tokens `<workspace>.<thread>.<hex>`, the MAC over `<workspace>\0<thread>`. The MACs are made here, by node's own hand. */
import { createHmac } from 'node:crypto';
import type { HmacProof } from '../../../src/contract/caller-proofs.js';
import { UNKNOWN } from '../../../src/http/receiver/authenticator.js';
import { jetWith, lets, NO_PROOF, secrets, sendsAway, type CallerCase } from './case.js';
import { bearerIn, knowsNobody, rewrites, trustsWhen } from './liars.js';

const KEY = 'hmac-key-0123456789abcdef0123456789';
const FORMER = 'hmac-key-of-before-0123456789abcdef';
const FOREIGN = 'hmac-key-of-fly-0123456789abcdef01';

const hmac: HmacProof = {
  keys: secrets(KEY, FORMER),
  workspaces: new Set(['koder', 'ko']),
  revoked: new Set(['koder.13']),
};
const wish = jetWith({ hmac });

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
function joinsBy(separator: string): CallerCase['liar'] {
  return trustsWhen((bearer) => split(bearer).mac === macOver(split(bearer).parts.join(separator)));
}

export const hmacTokenCases: readonly CallerCase[] = [
  {
    promise: 'a token with its MAC is its producer, and the audit says which thread of which workspace',
    wish,
    check: (scene) => lets(scene, { bearer: token('koder', '42') }, 'jet/thread 42 of koder'),
    liar: knowsNobody,
  },
  {
    promise: 'every configured key counts, so that it can be rotated',
    wish,
    check: (scene) => lets(scene, { bearer: token('koder', '42', FORMER) }, 'jet/thread 42 of koder'),
    liar: (honest) => ({
      authenticate: (call) =>
        split(bearerIn(call)).mac === macOver('koder\x0042') ? honest.authenticate(call) : Promise.resolve(UNKNOWN),
    }),
  },
  {
    promise: 'a MAC with one digit changed is nobody',
    wish,
    check: (scene) =>
      sendsAway(scene, { bearer: token('koder', '42').replace(/.$/, (last) => (last === '0' ? '1' : '0')) }),
    liar: forgetsTheMac,
  },
  {
    promise: 'a MAC that is cut is nobody',
    wish,
    check: (scene) => sendsAway(scene, { bearer: token('koder', '42').slice(0, -2) }),
    liar: trustsWhen((bearer) => bearer !== '' && token('koder', '42').startsWith(bearer)),
  },
  {
    promise: 'the MAC of another thread is nobody',
    wish,
    check: (scene) => sendsAway(scene, { bearer: `koder.43.${macOver('koder\x0042')}` }),
    liar: forgetsTheMac,
  },
  {
    promise: 'the MAC of another workspace is nobody',
    wish,
    check: (scene) => sendsAway(scene, { bearer: `ko.42.${macOver('koder\x0042')}` }),
    liar: forgetsTheMac,
  },
  {
    promise: 'a MAC over the parts with a dot between them is nobody',
    wish,
    check: (scene) => sendsAway(scene, { bearer: `koder.42.${macOver('koder.42')}` }),
    liar: joinsBy('.'),
  },
  {
    promise: 'a MAC over the parts with nothing between them is nobody: koder and 42 are not ko and der42',
    wish,
    check: (scene) => sendsAway(scene, { bearer: `ko.der42.${macOver('koder42')}` }),
    liar: joinsBy(''),
  },
  {
    promise: 'four parts are nobody, however their MAC reads them',
    wish,
    check: (scene) => sendsAway(scene, { bearer: `koder.4.2.${macOver('koder\x004.2')}` }),
    liar: trustsWhen((bearer) => {
      const [workspace = '', ...rest] = split(bearer).parts;
      return split(bearer).mac === macOver(`${workspace}\0${rest.join('.')}`);
    }),
  },
  {
    promise: 'an empty part is nobody',
    wish: jetWith({ hmac: { ...hmac, workspaces: new Set(['koder', '']) } }),
    check: (scene) => sendsAway(scene, { bearer: `.42.${macOver('\x0042')}` }),
    liar: joinsBy('\0'),
  },
  {
    promise: 'a MAC in capitals is nobody: a token has one spelling',
    wish,
    check: (scene) => sendsAway(scene, { bearer: `koder.42.${macOver('koder\x0042').toUpperCase()}` }),
    liar: rewrites((bearer) => bearer.toLowerCase()),
  },
  {
    promise: 'a workspace that is not listed is nobody, though its MAC is right',
    wish,
    check: (scene) => sendsAway(scene, { bearer: token('elsewhere', '42') }),
    liar: joinsBy('\0'),
  },
  {
    promise: 'a token that is revoked is nobody, though its MAC is right',
    wish,
    check: (scene) => sendsAway(scene, { bearer: token('koder', '13') }),
    liar: joinsBy('\0'),
  },
  {
    promise: "another producer's key signs nothing for this one's workspaces",
    wish: () => ({
      proofs: {
        jet: { ...NO_PROOF, hmac },
        fly: { ...NO_PROOF, hmac: { keys: secrets(FOREIGN), workspaces: new Set(['fly']), revoked: new Set() } },
      },
    }),
    check: (scene) => sendsAway(scene, { bearer: token('koder', '42', FOREIGN) }),
    liar: trustsWhen((bearer) => split(bearer).mac === macOver('koder\x0042', FOREIGN)),
  },
];
