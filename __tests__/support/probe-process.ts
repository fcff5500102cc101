import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { probeConfig, readProbeLine, type Sample } from '../../src/collector/own-metrics.ts';
import { type RunningCollector, startCollector, temporaryFolder } from './collector.ts';
import type { CollectorEnd } from './collector-ends.ts';

/** The probe of `verify`, as a process. */
export interface ProbeProcess extends AsyncDisposable {
  /** The counters of the last scrape; empty before the first. */
  samples(): readonly Sample[];
}

/** Scrapes one collector every second, with a collector of the same version, as `verify` does. */
export async function startProbe(collector: RunningCollector, end: CollectorEnd): Promise<ProbeProcess> {
  const folder = temporaryFolder();
  const config = join(folder.path, 'probe.yaml');
  writeFileSync(config, probeConfig([`127.0.0.1:${collector.ports.metrics}`], 1));
  const probe = await startCollector({ config, end });
  const scrapes = () =>
    probe
      .lines()
      .map(readProbeLine)
      .flatMap((line) => (line.kind === 'scrape' ? line.scrapes : []));
  return {
    samples: () => scrapes().findLast(({ up }) => up)?.samples ?? [],
    [Symbol.asyncDispose]: async () => {
      await probe.stop('SIGKILL');
      folder[Symbol.dispose]();
    },
  };
}
