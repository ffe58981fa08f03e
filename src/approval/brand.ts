/** Branded strings: the compiler refuses an id of one kind where another kind is wanted. */

declare const brand: unique symbol;

type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** 20 characters of lower-case Crockford base32, 100 random bits. Shown to people, shortened to an unambiguous prefix. */
export type RequestId = Brand<string, 'RequestId'>;

/** The request's single-use name: 128 random bits as 32 lower-case hex digits (RFC 001, section 9). A secret. */
export type Token = Brand<string, 'Token'>;

/** Names a request to its visitor's browser: 128 random bits as 32 hex digits. Whoever has it can read the outcome, not decide. */
export type StatusId = Brand<string, 'StatusId'>;

/** An approver's handle, as `[approvers."<handle>"]` in sites.toml: `rpm@koder.dev`. */
export type ApproverId = Brand<string, 'ApproverId'>;

/** Names an account: an approver's handle, or an id that we gave. */
export type AccountId = Brand<string, 'AccountId'> | ApproverId;

/** A site's first domain, lower case: its key in every table. Of a host that fits a pattern, the host itself. */
export type SiteKey = Brand<string, 'SiteKey'>;

/** A channel's name. The core treats it as an opaque string. */
export type ChannelName = Brand<string, 'ChannelName'>;

/** A visitor's address in canonical text: `192.0.2.7`, or an IPv6 network `2001:db8:1:2::/64`. */
export type VisitorAddress = Brand<string, 'VisitorAddress'>;
