/**
 * Service callers: what the callers of one producer prove themselves by at the webhook receiver. Made by the configuration,
 * judged by `src/http/receiver/authenticators/`, one file a way.
 */
import type { Secret } from '../base/crypto/secret.js';

/** Several ways at once are good; one that is absent opens nothing. */
export interface CallerProofs {
  /** Static bearer tokens. */
  readonly bearers: readonly Secret[];
  readonly hmac: HmacProof | null;
  readonly verifier: VerifierProof | null;
  readonly certificates: CertificateProof | null;
  /** Whether tokens that `gate service-token mint` made for this producer are taken. */
  readonly serviceTokens: boolean;
}

/** These proofs by producer, as they are at this moment: a reload replaces them. */
export type ProofsOf<Way extends keyof CallerProofs> = () => ReadonlyMap<string, Pick<CallerProofs, Way>>;

/** Tokens `<workspace>.<thread>.<hex>`, the last part HMAC-SHA256 over `<workspace>\0<thread>`. They do not end by themselves. */
export interface HmacProof {
  /** Keys as their bytes stand in the configuration; every one counts, so that they can be rotated. */
  readonly keys: readonly Secret[];
  readonly workspaces: ReadonlySet<string>;
  /** `<workspace>.<thread>` of tokens that count no more. */
  readonly revoked: ReadonlySet<string>;
}

/** A service of the producer's own that knows its tokens. */
export interface VerifierProof {
  /** https, or http on loopback. */
  readonly url: string;
  /** Sent as `X-Internal-Secret`. */
  readonly secret: Secret;
  /** Only bearers that begin so are shown to it; empty: every one that nobody else knows. */
  readonly prefix: string;
  /** How long a yes is remembered. A no never is. */
  readonly cacheSeconds: number;
  /** Private networks it may lie in, CIDR. */
  readonly allowedNetworks: readonly string[];
}

/** A client certificate counts when it has one of these, and is not revoked. */
export interface CertificateProof {
  /** 64 lower-case hex digits: SHA-256 over the DER form. */
  readonly sha256: ReadonlySet<string>;
  /** Distinguished names, RFC 4514: `CN=jet,O=Koder`. */
  readonly subjects: ReadonlySet<string>;
  /** `DNS:jet.example.org`, `URI:spiffe://example.org/jet`. */
  readonly altNames: ReadonlySet<string>;
  /** SHA-256 of certificates that count no more, though their name is known. */
  readonly revoked: ReadonlySet<string>;
  /** Null: the certificate of the connection itself, verified by our own TLS. */
  readonly proxyHeaders: ProxyCertificateHeaders | null;
}

/** Header names, lower case, in which a trusted proxy tells of the certificate that it verified. */
export interface ProxyCertificateHeaders {
  /** `SUCCESS` when the certificate was verified, as nginx says it. */
  readonly verify: string;
  /** The certificate: PEM with percent-encoding (nginx, `$ssl_client_escaped_cert`), or DER in base64 (HAProxy, Caddy). */
  readonly certificate: string;
  /** SHA-256 over the DER form in hex, with or without colons. */
  readonly fingerprint: string;
  /** The distinguished name, RFC 4514. */
  readonly subject: string;
}
