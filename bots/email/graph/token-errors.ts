/**
 * What a token endpoint's refusal means, by its `error` (RFC 6749, 5.2) and Entra's own number, the first of `error_codes`;
 * never by its words. A refusal is about the registration of the application and not about a mail, so the provider is broken,
 * unless the endpoint itself is unwell.
 */
import { fieldsOf } from '../../../src/base/text/fields.js';
import { parseJson } from '../../../src/base/text/json.js';

export interface TokenRefusal {
  readonly isForNow: boolean;
  readonly reason: string;
  /** What an operator can do about it. */
  readonly cure: string;
}

const REGISTRATION = 'compare tenant and client_id with the registration of the application in Microsoft Entra';

/** Microsoft Entra, “authentication and authorization error codes” (AADSTS). */
const CURES: ReadonlyMap<number, string> = new Map([
  [7000222, 'the client secret has expired: make a new one in Microsoft Entra and store it here'],
  [7000215, 'the client secret is wrong: store its value, which is not its id'],
  [7000112, 'the application is disabled: enable it in Microsoft Entra'],
  [700016, `the tenant knows no such application: ${REGISTRATION}`],
  [700024, 'the assertion is too old or of the future: set this machine’s clock'],
  [700027, 'the certificate is not registered for the application: upload it in Microsoft Entra'],
  [90002, `there is no such tenant: ${REGISTRATION}`],
  [900023, `the tenant is malformed: ${REGISTRATION}`],
  [500011, 'the tenant does not know the address of the API: compare api_url with your cloud'],
  [530003, 'a policy of conditional access refuses the application'],
  [53003, 'a policy of conditional access refuses the application'],
]);
/** The endpoint is overloaded, or asks for patience. */
const FOR_NOW: ReadonlySet<number> = new Set([90033, 90006, 90055, 50196]);
const ERRORS_FOR_NOW: ReadonlySet<unknown> = new Set(['temporarily_unavailable', 'server_error']);
const ERRORS: ReadonlySet<unknown> = new Set([
  'invalid_client',
  'invalid_grant',
  'invalid_request',
  'invalid_scope',
  'unauthorized_client',
  'unsupported_grant_type',
  'access_denied',
]);

export function tokenRefusal({ status, body }: { readonly status: number; readonly body: Buffer }): TokenRefusal {
  const { error, error_codes: codes } = fieldsOf(parseJson(body));
  const [code] = Array.isArray(codes) ? (codes as readonly unknown[]) : [];
  const number = typeof code === 'number' && Number.isInteger(code) && code > 0 && code < 10_000_000 ? code : null;
  const isForNow =
    status >= 500 || status === 429 || ERRORS_FOR_NOW.has(error) || (number !== null && FOR_NOW.has(number));
  const cure = CURES.get(number ?? 0) ?? REGISTRATION;
  if (number !== null) return { isForNow, reason: `graph_token_${String(number)}`, cure };
  if (ERRORS.has(error)) return { isForNow, reason: `graph_token_${String(error)}`, cure };
  return { isForNow: isForNow || !isRefusal(status), reason: `graph_token_http_${String(status)}`, cure };
}

/** Without a code of Entra's it may be a front that answers; only what says “you” is taken for a refusal. */
function isRefusal(status: number): boolean {
  return status === 401 || status === 403 || status === 404;
}
