/** Whether a bounce says that its address takes no mail, and not only this one mail now. By our own codes: `smtp_550`, `dsn_5.1.1`. */

/** RFC 3463, 3.2 and 3.3, and RFC 7505: of the address, without what is about the sender's (5.1.7 and 5.1.8). `5.2.1`: it is disabled. */
const HARD = /(?:^|_)5\.(?:1\.(?:[0-6]|9|10)|2\.1)$/;
const HAS_STATUS = /(?:^|_)[245]\.\d{1,3}\.\d{1,3}$/;
/** Without such a status: no mailbox, not local, not allowed as a name (RFC 5321, 4.2.3). */
const HARD_REPLY = /^smtp_55[013]$/;

export function isHardBounce(reason: string): boolean {
  return HAS_STATUS.test(reason) ? HARD.test(reason) : HARD_REPLY.test(reason);
}
