/** Whoever may set up a factor: who is signed in, or lacks just that. */
import type { Request } from 'express';
import { sha256Hex } from '../../../base/crypto/digest.js';
import type { Identity } from '../../../identity/identity.js';
import type { Person } from '../../../identity/factors/person.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import type { SignInDeps } from '../sign-in/sign-in.js';

/** Sessions as these pages see them. One that lacks a factor that is set up already is none here, either. */
export function settingUp<Deps extends SignInDeps>(deps: Deps): Deps {
  const { sessions } = deps.identity;
  const identity: Identity = {
    ...deps.identity,
    sessions: {
      ...sessions,
      async find(cookieValue) {
        const session = await sessions.begun(cookieValue);
        return session?.lacks === 'second_factor' ? null : session;
      },
    },
  };
  return { ...deps, identity };
}

export function personOf({ identity, addressOf }: SignInDeps, request: Request, { account }: Session): Person {
  const cookieValue = identity.sessions.cookie.read(request.headers.cookie) ?? '';
  return { account: account.id, session: sha256Hex(cookieValue), address: addressOf(request) };
}
