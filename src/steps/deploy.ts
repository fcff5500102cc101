import { cloudMap } from '../aws/cloud-map.ts';
import { cloudFormation } from '../aws/cloudformation.ts';
import { ecsServices } from '../aws/ecs-services.ts';
import { logTail } from '../aws/log-tail.ts';
import type { Settings } from '../inputs/settings.ts';
import { executePlan } from '../stack/execute.ts';
import type { Waiting } from '../stack/waiting.ts';
import { annotateConfig } from './config-annotations.ts';
import { deploySummary } from './deploy-summary.ts';
import { planRelease } from './planning.ts';
import { currentStack, servicesInStep } from './services-in-step.ts';
import type { StepDeps } from './step.ts';

/**
 * Publishes the release, lets CloudFormation plan the change, executes it, and waits until the stack and its
 * services are what was asked for. With nothing to change it executes nothing, but still looks at the services.
 */
export async function run(settings: Settings, deps: StepDeps): Promise<void> {
  const { reporter, clock } = deps;
  const { region, stackName } = settings;
  const started = clock.now();
  const waiting: Waiting = {
    clock,
    signal: deps.signal,
    deadline: started + settings.deploy.timeoutSeconds * 1000,
    say: (line) => reporter.info(line),
    ledger: deps.ledger,
  };
  const ports = {
    cloudFormation: cloudFormation(region),
    ecs: ecsServices(region),
    cloudMap: cloudMap(region),
    logTail: logTail(region),
  };
  const { published, plan } = await planRelease(settings, deps, waiting, ports);
  const changed = !plan.isEmpty;
  const carryOut = async () => {
    if (changed) {
      await reporter.group('Execute the change set', () => executePlan(stackName, plan, ports, waiting));
    }
    const stack = await currentStack(stackName, plan.changeSet.stackId, ports.cloudFormation);
    reporter.output('stack-outputs', JSON.stringify(stack.outputs));
    return reporter.group('Wait for services and Cloud Map', () =>
      servicesInStep(stack, { since: started }, ports, waiting),
    );
  };
  const services = await carryOut().catch((error: unknown) => {
    annotateConfig(error, settings.configs, published.release, reporter);
    throw error;
  });
  const seconds = Math.round((clock.now() - started) / 1000);
  reporter.summary(deploySummary({ settings, published, changed, services, seconds }));
}
