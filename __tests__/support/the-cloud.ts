import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Cloud } from '../../local/cloud.ts';
import { defaultStateDir } from '../../local/cloud.ts';

/**
 * The local cloud that the test run started (`scripts/test/checks.ts`), or the one of `npm run local:up`.
 * @throws Error when none runs
 */
export function theCloud(): Cloud {
  const stateDir = process.env['LOCAL_STATE_DIR'] ?? defaultStateDir;
  try {
    const state = JSON.parse(readFileSync(path.join(stateDir, 'state.json'), 'utf8')) as { cloud?: Cloud };
    if (state.cloud) return state.cloud;
  } catch {
    // the same answer as for a cloud that is not whole
  }
  throw new Error('no local cloud runs: npm run local:up');
}
