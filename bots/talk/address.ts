/**
 * An approver's address at Talk: a handle in a workspace, `acme:rpm@koder.dev`. A handle means somebody in its workspace
 * only, and one Talk server may speak for several: an address that names none gets the one that configuration says.
 */
import { chatAddress } from '../../src/approval/chat-address.js';
import type { Setting } from '../../src/contract/setting.js';

/** The embedded Talk has this one workspace (inbox/bot-caller.ts). */
export const EMBEDDED_WORKSPACE = 'embedded';

const WORKSPACE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const HANDLE = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}(@[A-Za-z0-9][A-Za-z0-9.-]{0,252})?$/;

export function isWorkspace(text: string): boolean {
  return WORKSPACE.test(text);
}

export function isHandle(text: string): boolean {
  return HANDLE.test(text);
}

/** `ofServer`: the workspace of handles that name none; null: nobody said. `isEmbedded`: there is no other. */
export interface Workspaces {
  readonly ofServer: string | null;
  readonly isEmbedded: boolean;
}

export const TALK_ADDRESS = {
  meaning: "The person's handle at Talk, perhaps with its workspace.",
  form: '`<handle>` or `<workspace>:<handle>`',
  example: '"rpm@koder.dev"',
} as const satisfies Setting;

/** What is wrong with an approver's address, or null. */
export function checkTalkAddress(address: string, { ofServer, isEmbedded }: Workspaces): string | null {
  const { workspace, subject } = chatAddress(address);
  if (!isHandle(subject) || (workspace !== null && !isWorkspace(workspace)))
    return 'is not a Talk handle: letters, digits and . _ + -, then perhaps @ and a domain, like rpm@koder.dev; before it perhaps its workspace and a colon, like acme:rpm@koder.dev';
  if (workspace !== null && isEmbedded && workspace !== EMBEDDED_WORKSPACE)
    return `names the workspace ${workspace}, but the embedded Talk has one alone, ${EMBEDDED_WORKSPACE}`;
  if (workspace === null && ofServer === null)
    return `names no workspace, and your Talk server may speak for several: write "<workspace>:${subject}", or set TALK_WORKSPACE to the workspace of all handles that name none`;
  return null;
}

/** With its workspace. */
export function wholeTalkAddress(address: string, { ofServer }: Workspaces): string {
  return chatAddress(address).workspace === null && ofServer !== null ? `${ofServer}:${address}` : address;
}
