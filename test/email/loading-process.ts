/** A process that opens the e-mail channel of its environment, and prints the address of every module that it loads. */
import { register } from 'node:module';

/** Runs in a thread of its own, where only a write to the descriptor comes out at once. */
const PRINTING = `
  import { writeSync } from 'node:fs';
  export async function load(url, context, next) {
    writeSync(1, url + '\\n');
    return next(url, context);
  }`;

register(`data:text/javascript,${encodeURIComponent(PRINTING)}`);
const { emailEntry } = await import('../../bots/email/entry.js');
const { channelDeps } = await import('../contract/notifier/fixture.js');
const facts = { publicUrl: 'https://gate.example.org', isUsed: true, sites: [], producers: [] };
const { config } = emailEntry.configure(process.env, facts);
if (config === null) throw new Error('e-mail is configured');
const channel = await (
  await emailEntry.load()
).open(
  config,
  channelDeps(() => undefined),
);
await channel.stop();
