/** The token endpoint of the Graph fake: client credentials by secret or by certificate, with Entra's own refusals. */
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { importX509, jwtVerify } from 'jose';

export interface Registration {
  readonly clientId: string;
  clientSecret: string;
  /** PEM; null: the application is known by its secret. */
  certificate: string | null;
  /** Seconds. */
  tokenLife: number;
  /** Refuses with this number of Entra's; null: lets in whoever is right. */
  refusal: number | null;
}

export interface FakeTokens {
  /** Token requests that were answered, refused ones included. */
  readonly asked: () => number;
  answer(form: URLSearchParams, audience: string): Promise<{ readonly status: number; readonly json: unknown }>;
  isGood(token: string): boolean;
  /** No token that was given out counts any more. */
  revokeAll(): void;
}

const ERRORS: Readonly<Record<number, readonly [status: number, error: string]>> = {
  7000222: [401, 'invalid_client'],
  7000215: [401, 'invalid_client'],
  700027: [401, 'invalid_client'],
  700016: [400, 'unauthorized_client'],
  90002: [400, 'invalid_request'],
  90033: [503, 'temporarily_unavailable'],
  70011: [400, 'invalid_scope'],
};

export function fakeTokens(registration: Registration): FakeTokens {
  const tokens = new Map<string, number>();
  const assertions = new Set<string>();
  let asked = 0;

  async function refusalOf(form: URLSearchParams, audience: string): Promise<number | null> {
    const { clientId, clientSecret, certificate, refusal } = registration;
    if (refusal !== null) return refusal;
    if (form.get('grant_type') !== 'client_credentials' || form.get('client_id') !== clientId) return 700016;
    if (form.get('scope')?.endsWith('/.default') !== true) return 70011;
    if (certificate === null) return form.get('client_secret') === clientSecret ? null : 7000215;
    const assertion = form.get('client_assertion') ?? '';
    return (await isGenuine(assertion, { certificate, clientId, audience, assertions })) ? null : 700027;
  }

  return {
    asked: () => asked,
    async answer(form, audience) {
      asked += 1;
      const code = await refusalOf(form, audience);
      if (code === null) {
        const token = randomBytes(24).toString('base64url');
        tokens.set(token, Date.now() + registration.tokenLife * 1_000);
        return { status: 200, json: { token_type: 'Bearer', expires_in: registration.tokenLife, access_token: token } };
      }
      const [status, error] = ERRORS[code] ?? [400, 'invalid_request'];
      const words = `AADSTS${String(code)}: the words of Microsoft Entra, with ${registration.clientSecret}`;
      return {
        status,
        json: { error, error_description: words, error_codes: [code], correlation_id: 'c0', trace_id: 't0' },
      };
    },
    isGood: (token) => (tokens.get(token) ?? 0) > Date.now(),
    revokeAll: () => tokens.clear(),
  };
}

interface Expected {
  readonly certificate: string;
  readonly clientId: string;
  readonly audience: string;
  readonly assertions: Set<string>;
}

async function isGenuine(
  assertion: string,
  { certificate, clientId, audience, assertions }: Expected,
): Promise<boolean> {
  try {
    const key = await importX509(certificate, 'PS256');
    const options = { algorithms: ['PS256'], audience, issuer: clientId, subject: clientId };
    const { payload, protectedHeader } = await jwtVerify(assertion, key, {
      ...options,
      requiredClaims: ['exp', 'nbf', 'jti'],
    });
    const der = new X509Certificate(certificate).raw;
    const isNamed = protectedHeader['x5t#S256'] === createHash('sha256').update(der).digest('base64url');
    const isShort = (payload.exp ?? 0) - (payload.nbf ?? 0) <= 600;
    const isNew = !assertions.has(String(payload.jti));
    assertions.add(String(payload.jti));
    return isNamed && isShort && isNew;
  } catch {
    return false;
  }
}
