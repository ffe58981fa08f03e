/** What a new request is made of: its ids, its sealed token, and the visitor's texts, cut to size. */
import type { RequestId, StatusId, Token } from '../../../approval/brand.js';
import { TOKEN_PURPOSE } from '../../../approval/seal-purpose.js';
import { sha256Hex } from '../../../base/crypto/digest.js';
import { fit } from '../../../base/text/fit.js';
import type { OpenRequest } from '../../../contract/ledger.js';
import type { DeskDeps } from '../../deps.js';
import { browserInWords } from '../../../base/text/browser.js';

/** 128 bits each (RFC 001, section 9). */
const NAME_BYTES = 16;
const TOKEN_PREFIX_DIGITS = 8;
const MAX_PATH_CODE_POINTS = 2_048;
const MAX_USER_AGENT_CODE_POINTS = 512;

export function newToken(deps: DeskDeps): Token {
  return deps.random.hex(NAME_BYTES) as Token;
}

/** The token is hashed for look-up and sealed for redrawing cards; it is nowhere in clear. */
export function namesOf(
  deps: DeskDeps,
  token: Token,
): Pick<OpenRequest, 'id' | 'statusId' | 'tokenHash' | 'tokenPrefix' | 'sealedToken'> {
  const id = deps.random.id() as RequestId;
  return {
    id,
    statusId: deps.random.hex(NAME_BYTES) as StatusId,
    tokenHash: tokenHash(token),
    tokenPrefix: token.slice(0, TOKEN_PREFIX_DIGITS),
    sealedToken: deps.encryption.seal(TOKEN_PURPOSE, id, token),
  };
}

export function tokenHash(token: Token): string {
  return sha256Hex(token);
}

/** What the visitor sent, fit to be stored and shown. */
export function visitorTexts(visitor: {
  readonly path: string;
  readonly userAgent: string;
}): Pick<OpenRequest, 'path' | 'userAgent' | 'browser'> {
  return {
    path: fit(visitor.path, MAX_PATH_CODE_POINTS),
    userAgent: fit(visitor.userAgent, MAX_USER_AGENT_CODE_POINTS),
    browser: browserInWords(visitor.userAgent),
  };
}
