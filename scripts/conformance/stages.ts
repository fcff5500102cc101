import type { Stage } from './stage.ts';
import { central } from './stages/central.ts';
import { changeSets } from './stages/change-sets.ts';
import { changes } from './stages/changes.ts';
import { connections } from './stages/connections.ts';
import { deployment } from './stages/deployment.ts';
import { encryption } from './stages/encryption.ts';
import { quietLogs } from './stages/quiet-logs.ts';
import { sideBySide } from './stages/side-by-side.ts';

/** All stages, by number. Each can be run alone; 2 to 5 share a stack, which the first of them deploys. */
export const stages: readonly Stage[] = [
  changeSets,
  connections,
  deployment,
  quietLogs,
  changes,
  sideBySide,
  central,
  encryption,
];
