/** Purposes under which secrets of a request are sealed. Here because the desk seals and the courier opens. */

/** A request's token, sealed with the request's id as associated data, for redrawing its cards. */
export const TOKEN_PURPOSE = 'token';
