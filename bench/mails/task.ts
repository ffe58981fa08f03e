/** What the rival is told to send: as many mails as ours, each with the exact text of one of ours. */

export interface ToSend {
  readonly mails: number;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface Sent {
  readonly sent: number;
}
