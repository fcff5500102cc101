import { callerIdentity, type Identity } from '../aws/identity.ts';
import { objectStore } from '../aws/object-store.ts';
import type { Settings } from '../inputs/settings.ts';
import { imageReference } from '../release/image.ts';
import { effectiveParameters } from '../release/parameters.ts';
import { type Published, publish } from '../release/publish.ts';
import type { Release } from '../release/release.ts';
import { type DeclaredParameter, declaredParameters, requireAscii } from '../release/template.ts';
import {
  changesMarkdown,
  countsOf,
  type ParameterChange,
  parameterChanges,
  plannedChanges,
} from '../stack/changes.ts';
import type { ExecutePorts } from '../stack/execute.ts';
import { type Plan, type PlanRequest, planStack } from '../stack/plan.ts';
import { type Base, prepareStack } from '../stack/prepare.ts';
import { rejoin } from '../stack/rejoin.ts';
import { templateSource } from '../stack/template-source.ts';
import type { Waiting } from '../stack/waiting.ts';
import { contentOf, keyRevision, planName } from './plan-identity.ts';
import type { StepDeps } from './step.ts';

/** A release in the bucket and a change set that would bring it into force. */
export interface PlannedRelease {
  published: Published;
  plan: Plan;
}

interface Planning {
  settings: Settings;
  deps: StepDeps;
  waiting: Waiting;
  ports: ExecutePorts;
  identity: Identity;
  declared: readonly DeclaredParameter[];
}

/**
 * Publishes the release of `settings` and has CloudFormation plan it. Changes no running resource, but takes up
 * what an earlier run left running first.
 */
export async function planRelease(
  settings: Settings,
  deps: StepDeps,
  waiting: Waiting,
  ports: ExecutePorts,
): Promise<PlannedRelease> {
  const { reporter } = deps;
  const { stackName } = settings;
  const identity = await reporter.group('Prove the AWS identity', () => proveIdentity(settings, deps));
  const planning: Planning = {
    settings,
    deps,
    waiting,
    identity,
    ports,
    declared: declaredParameters(settings.template.bytes.toString('utf8')),
  };
  const base = await reporter.group(`Look at stack ${stackName}`, () => lookAtStack(planning));
  const published = await reporter.group('Publish the release', () => publishRelease(planning, base));
  const plan = await reporter.group('Plan the change', () => planChange(planning, base, published.release));
  return { published, plan };
}

/** Proves the credentials and says whose they are. */
export async function proveIdentity(
  { region }: Pick<Settings, 'region'>,
  { reporter }: StepDeps,
): Promise<Identity> {
  const identity = await callerIdentity(region);
  reporter.info(`account ${identity.account}, region ${region}, as ${identity.arn}`);
  return identity;
}

async function lookAtStack(planning: Planning): Promise<Base> {
  const { settings, ports, waiting } = planning;
  const { stackName, deploy } = settings;
  await rejoin(
    { stackName, content: contentOf(settings, planning.identity, planning.declared) },
    ports,
    waiting,
  );
  const base = await prepareStack(stackName, deploy.replaceRolledBackStack, ports.cloudFormation, waiting);
  waiting.say(base ? `stack ${stackName} is in ${base.status}` : `stack ${stackName} is going to be created`);
  return base;
}

async function publishRelease({ settings, deps, declared }: Planning, base: Base): Promise<Published> {
  const { template, configs, bucket, prefix } = settings;
  requireAscii(template.path, template.bytes.toString('utf8'));
  const values = effectiveParameters(declared, settings.parameters, base?.parameters ?? {});
  const sources = { prefix, template, configs, image: imageReference(values) };
  const published = await publish(sources, bucket, objectStore(settings.region));
  for (const address of published.made) deps.reporter.info(`written   ${address}`);
  for (const address of published.present) deps.reporter.info(`unchanged ${address}`);
  deps.reporter.info(`release ${published.release.id}, image ${published.release.image}`);
  deps.reporter.output('release-id', published.release.id);
  return published;
}

async function planChange(planning: Planning, base: Base, release: Release): Promise<Plan> {
  const { deps, ports, waiting } = planning;
  const request = planRequest(planning, base, release);
  const plan = await planStack(request, ports.cloudFormation, waiting);
  deps.reporter.output('stack-id', plan.changeSet.stackId);
  deps.reporter.output('has-changes', !plan.isEmpty);
  if (plan.isEmpty) {
    deps.reporter.info('no changes: nothing is executed, the empty change set is deleted');
  } else {
    sayPlan(deps, plan, parameterChanges(planning.declared, base?.parameters, request.parameters));
  }
  return plan;
}

/** The changes of a plan in log and job summary. */
export function sayPlan(
  { reporter }: Pick<StepDeps, 'reporter'>,
  plan: Plan,
  parameters: readonly ParameterChange[],
): void {
  const changes = plannedChanges(plan.changeSet.changes);
  for (const { kind, resource, type, detail } of changes) {
    reporter.info(`${kind.padEnd(17)} ${resource} (${type})${detail ? `: ${detail}` : ''}`);
  }
  for (const { name, before, after } of parameters) {
    reporter.info(`parameter         ${name}: ${before ?? ''} -> ${after}`);
  }
  reporter.summary(`### Changes: ${countsOf(changes)}\n\n${changesMarkdown(changes, parameters)}`);
}

function planRequest(planning: Planning, base: Base, release: Release): PlanRequest {
  const { settings, identity, declared } = planning;
  const { stackName, region, bucket, tags, template } = settings;
  const parameters = parametersOf(planning, release);
  return {
    stackName,
    base,
    name: planName({ release, base, tags, parameters, declared }),
    content: contentOf(settings, identity, declared),
    description: `release ${release.id}`,
    template: templateSource({
      bytes: template.bytes,
      bucket,
      key: release.template.key,
      region,
      partition: identity.partition,
    }),
    declared: declared.map(({ name }) => name),
    parameters,
    tags,
  };
}

/** What was given, and what the release decides; only names that the template declares. */
function parametersOf({ settings, identity, declared }: Planning, release: Release): Record<string, string> {
  const values: Record<string, string> = {
    ...keyRevision(settings, identity),
    ...settings.parameters,
    S3ConfigBucket: settings.bucket,
    S3ConfigPrefix: settings.prefix,
    ...Object.fromEntries(release.configs.map(({ parameter, key }) => [parameter, key])),
  };
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => declared.some((each) => each.name === name)),
  );
}
