/** Purposes under which what travels in the queue is encrypted. Here because one part encrypts it and the courier opens it. */

/** A request's token, sealed with the request's id as associated data, for redrawing its cards. */
export const TOKEN_PURPOSE = 'token';

/** What a message without a request says, with its delivery's id as associated data. */
export const PAYLOAD_PURPOSE = 'message';
