/**
 * What WebAuthn says of a browser's answer. The library that checks it is loaded with the first answer, since loading takes as long
 * as the rest of a start. It compares neither whose passkey an answer is of nor whether its challenge was used: whoever asks here does.
 */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { parseJsonText } from '../../base/text/json.js';
import type { Passkey } from '../../contract/ledger.js';

/** Where passkeys are for: an origin without a trailing slash, and its host. */
export interface RelyingParty {
  readonly origin: string;
  readonly id: string;
}

/** Ed25519, P-256 with SHA-256, RSA with SHA-256: what every platform has one of. */
export const ALGORITHMS: readonly number[] = [-8, -7, -257];

export interface Asserted {
  /** As the browser was given it. */
  readonly challenge: string;
  readonly counter: number;
  readonly userHandle: string | undefined;
}

export interface Attested extends Omit<Asserted, 'userHandle'> {
  readonly id: string;
  /** COSE, base64url. */
  readonly publicKey: string;
  readonly transports: readonly string[];
}

/** The credential that an answer names; null: it is no answer. */
export function credentialIn(answer: string): string | null {
  const id = (parseJsonText(answer) as Partial<AuthenticationResponseJSON> | null | undefined)?.id;
  return typeof id === 'string' ? id : null;
}

/** Null: another site's, without the person's verification, badly signed, or its counter is behind. */
export async function assertedBy(passkey: Passkey, answer: string, party: RelyingParty): Promise<Asserted | null> {
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
  const response = parseJsonText(answer) as AuthenticationResponseJSON;
  return unlessRefused(async () => {
    const challenge = await challengeIn(response.response.clientDataJSON);
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      credential: {
        id: passkey.id,
        publicKey: Uint8Array.from(Buffer.from(passkey.publicKey, 'base64url')),
        counter: passkey.counter,
      },
    });
    if (!verified || response.id !== passkey.id) return null;
    return { challenge, counter: authenticationInfo.newCounter, userHandle: response.response.userHandle };
  });
}

export async function attested(answer: string, party: RelyingParty): Promise<Attested | null> {
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
  const response = parseJsonText(answer) as RegistrationResponseJSON;
  return unlessRefused(async () => {
    const challenge = await challengeIn(response.response.clientDataJSON);
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      supportedAlgorithmIDs: [...ALGORITHMS],
    });
    if (!verified) return null;
    const { id, publicKey, counter } = registrationInfo.credential;
    const transports = (response.response.transports ?? [])
      .filter((one) => TRANSPORT.test(one))
      .slice(0, MAX_TRANSPORTS);
    return { challenge, id, publicKey: Buffer.from(publicKey).toString('base64url'), counter, transports };
  });
}

const TRANSPORT = /^[a-z-]{1,20}$/;
const MAX_TRANSPORTS = 8;

/** Of a page of ours that stands in no frame of another origin: the library takes one where the browser does not say whose it is. */
async function challengeIn(clientDataJSON: string): Promise<string> {
  const { decodeClientDataJSON } = await import('@simplewebauthn/server/helpers');
  const { challenge, crossOrigin } = decodeClientDataJSON(clientDataJSON);
  if (crossOrigin === true) throw new Error('asked for in a frame of another origin');
  return challenge;
}

/** The library throws for what it refuses, and for what is no answer at all. */
async function unlessRefused<Answer>(check: () => Promise<Answer | null>): Promise<Answer | null> {
  try {
    return await check();
  } catch {
    return null;
  }
}
