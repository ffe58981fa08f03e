/** Purposes under which domain secrets are sealed: the desk seals, the courier opens, so both read the word here. */

/** A request's token, sealed with the request's id as associated data, for redrawing its cards. */
export const TOKEN_PURPOSE = 'token';
