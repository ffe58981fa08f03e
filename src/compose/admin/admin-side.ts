/** The admin plane, and the files by which the CLI finds it. */
import type { RequestListener } from 'node:http';
import type { AdminServices } from '../../contract/admin.js';
import { createAdminPlane } from '../../http/admin-plane.js';
import { deadLetters } from '../../http/guard/dead-letters.js';
import { adminFiles, type AdminFiles } from './admin-files.js';
import type { PublicSide } from '../public-side.js';
import { createServiceTokens } from './service-tokens.js';
import type { Spine } from '../spine.js';

export interface AdminSide {
  readonly plane: RequestListener;
  readonly files: AdminFiles;
}

export function openAdminSide(
  { config, seams, state, sealer, ledger, identity, desk }: Spine,
  { services, publicSide }: { readonly services: AdminServices; readonly publicSide: PublicSide },
): AdminSide {
  const { clock, chance, log, pid, openAdminMounts: openMounts } = seams;
  const { adminPort, publicUrl } = config;
  const { guard: refusals, redrivers } = publicSide;
  const files = adminFiles(config, { pid, chance });
  const proofs = state.producerSecrets;
  const plane = createAdminPlane({
    services,
    identity,
    desk,
    ledger,
    refusals,
    deadLetters: deadLetters({ ledger, sealer, redrivers }),
    serviceTokens: createServiceTokens({ ledger: ledger.serviceTokens, proofs, chance, clock }),
    adminToken: files.token,
    adminPort,
    publicUrl,
    mounts: [],
    openMounts,
    clock,
    log,
  });
  return { plane, files };
}
