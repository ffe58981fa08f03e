/** How much of a list one answer holds. */

/** Grants, those that end first. The bound keeps the answer for a busy site small; no screen shows more. */
export const MAX_LISTED_GRANTS = 10_000;
