import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { type ActionOptions, type ActionRun, runAction } from '../../local/runner.ts';
import { environmentFile, type Parameters, shippedConfigs } from '../../local/user-environment.ts';
import type { ConfigRole, StepName, TopologyName } from '../../src/inputs/topologies.ts';
import { repository } from '../setup/context.ts';
import type { GroundFacts } from './ground.ts';
import type { Roles } from './roles.ts';

export interface KitOptions {
  ground: GroundFacts;
  roles: Roles;
  region: string;
  folder: string;
  topology: TopologyName;
  /** Path in `templates/`. */
  template: string;
  stackName: string;
  images: { collector: string; telemetrygen: string };
  parameters: Parameters;
  tags: Readonly<Record<string, string>>;
  apiKey: string;
  /** Of the bucket; undefined where it has none of its own. */
  kmsKeyArn: string | undefined;
  say: (line: string) => void;
}

/** A user's repository whose workflow steps run from the bundle, each under the role of the documents. */
export class Kit {
  readonly stackName: string;
  readonly #options: KitOptions;
  readonly #configs: Partial<Record<ConfigRole, string>>;

  constructor(options: KitOptions) {
    this.#options = options;
    this.stackName = options.stackName;
    this.#configs = shippedConfigs[options.topology];
    mkdirSync(options.folder, { recursive: true });
    for (const name of Object.values(this.#configs))
      copyFileSync(path.join(repository, 'configs', name), path.join(options.folder, name));
    const { ground, region, images, topology, stackName, parameters, tags } = options;
    const place = {
      region,
      bucket: ground.bucket,
      cluster: ground.cluster,
      vpc: ground.vpc,
      subnets: ground.subnets,
      securityGroup: ground.securityGroup,
      collectorImage: images.collector,
      telemetrygenImage: images.telemetrygen,
    };
    const file = environmentFile(topology, { cloud: place, stackName, parameters, configs: this.#configs });
    writeFileSync(
      path.join(options.folder, 'environment.yaml'),
      stringify({ ...file, environment: 'conformance', tags }),
    );
  }

  /** Changes a role's config, as a commit would; what is replaced must be there. */
  edit(role: ConfigRole, from: string, to: string): void {
    const file = path.join(this.#options.folder, this.#configs[role] ?? '');
    const before = readFileSync(file, 'utf8');
    if (!before.includes(from)) throw new Error(`${file} has no '${from}'`);
    writeFileSync(file, before.replace(from, to));
  }

  async run(
    step: StepName,
    inputs: Record<string, string> = {},
    how: Pick<ActionOptions, 'onLine' | 'signal'> = {},
  ): Promise<ActionRun> {
    const { roles, stackName, template, folder, region, apiKey, say, ground, kmsKeyArn } = this.#options;
    const role = await roles.environment({
      role: step,
      stackName,
      bucket: ground.bucket,
      kmsKeyArn,
      // A verification changes no resource of a stack.
      ...(step === 'verify' ? {} : { template }),
    });
    const endpoint = process.env['AWS_ENDPOINT_URL'];
    return runAction(step, {
      inputs: {
        'environment-file': 'environment.yaml',
        ...(step === 'deploy' ? { 'coralogix-api-key': apiKey } : {}),
        ...inputs,
      },
      workspace: folder,
      environment: { AWS_REGION: region, ...(endpoint ? { AWS_ENDPOINT_URL: endpoint } : {}), ...role },
      ...how,
      onLine: (line) => {
        say(line);
        how.onLine?.(line);
      },
    });
  }
}

/** The error lines of a run, or its last line. */
export function saying({ log, exitCode }: ActionRun): string {
  const lines = log.split('\n');
  const errors = lines.filter((line) => line.startsWith('error: '));
  return `exit code ${exitCode}: ${errors.slice(0, 3).join(' | ') || lines.at(-1) || 'nothing said'}`;
}
