/** How much of a list one answer holds. */

/** Grants, those that end first. A site is never too busy to be asked about, and no screen shows more. */
export const MAX_LISTED_GRANTS = 10_000;
