/** `npm run local:down`: removes the local cloud with everything it made. */
import { stopCloud } from './cloud.ts';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => console.error('removing the local cloud is under way; a moment'));
}

try {
  await stopCloud();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
