import type { Faults } from './faults.ts';
import type { Merged } from './merge.ts';
import type { NamedServices, StackSettings, VerifySettings } from './settings.ts';
import { rolesInOrder, type StepName } from './topologies.ts';
import * as values from './values.ts';

interface VerifySource {
  merged: Merged;
  steps: readonly StepName[];
  stacks: readonly StackSettings[];
  services: NamedServices;
}

/** What `verify` sends and expects; required only when it is one of the steps. */
export function readVerify(
  { merged, steps, stacks, services }: VerifySource,
  faults: Faults,
): VerifySettings {
  const cohorts = values.cohorts(faults, merged.cohorts ?? {});
  const present = stacks.flatMap(({ configs }) => configs.map(({ role }) => role));
  const roles = rolesInOrder.filter((role) => present.includes(role) || services[role]);
  if (steps.includes('verify')) {
    if (cohorts.length === 0)
      faults.add('cohorts', 'verify needs at least one', 'a map such as {normal: 25%, errors: 100%}');
    if (roles.length > 0 && !roles.includes('gateway'))
      faults.add(
        stacks.length > 0 ? 'components' : 'services',
        'verify needs the gateway, which has the counts',
        'a gateway, or steps: deploy',
      );
  }
  return {
    timeoutSeconds: 60 * (merged['verify-timeout-minutes'] ?? 10),
    image:
      merged['telemetrygen-image'] ??
      'ghcr.io/open-telemetry/opentelemetry-collector-contrib/telemetrygen:v0.161.0',
    cohorts,
    tracesPerSecond: merged['traces-per-second'] ?? 100,
    endpoint: values.endpoint(faults, merged.endpoint, roles),
    assertLogs: values.patterns(faults, 'assert-logs', merged['assert-logs']),
    forbidLogs: values.patterns(faults, 'forbid-logs', merged['forbid-logs']),
  };
}
