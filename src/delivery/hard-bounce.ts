/** Whether a bounce says that its mailbox takes no mail, and not only this one mail now. By our own codes: `smtp_550`, `dsn_5.1.1`. */

/**
 * Statuses of the mailbox itself (RFC 3463, 3.2 and 3.3, and IANA's registry): none of that name, its syntax, moved, a domain that takes
 * no mail (RFC 7505), disabled. Those of a domain or a route may be a mistake of the server that we send by, and 5.1.0 of the sender.
 */
const HARD = /(?:^|_)5\.(?:1\.(?:1|3|6|10)|2\.1)$/;
const HAS_STATUS = /(?:^|_)[245]\.\d{1,3}\.\d{1,3}$/;
/** Without such a status: no mailbox, not local, not allowed as a name (RFC 5321, 4.2.3). */
const HARD_REPLY = /^smtp_55[013]$/;

export function isHardBounce(reason: string): boolean {
  return HAS_STATUS.test(reason) ? HARD.test(reason) : HARD_REPLY.test(reason);
}
