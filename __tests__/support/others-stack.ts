import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateLogGroupCommand, DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { expect } from '@jest/globals';
import { stringify } from 'yaml';
import type { Cloud } from '../../local/cloud.ts';
import { type ActionRun, runAction } from '../../local/runner.ts';
import { stepCredentials } from '../../local/step-roles.ts';
import type { StepName } from '../../src/inputs/topologies.ts';
import { Account } from './account.ts';
import { theCloud } from './the-cloud.ts';
import { expectSuccess, firstErrorLine, replaced } from './verified-stack.ts';

const fixtures = path.resolve(import.meta.dirname, '../fixtures');
const files = {
  template: 'others-tail-sampling.yaml',
  agent: 'others-agent-config.yaml',
  gateway: 'others-gateway-config.yaml',
} as const;

/** The log groups that its containers name, and that nothing of it makes. */
const logGroups = ['/ecs/others-agent', '/ecs/others-sampler'];

/** A stack of somebody else, from the fixture with the habits of published templates, and an environment file for it. */
export class OthersStack {
  readonly cloud: Cloud = theCloud();
  readonly account = new Account(this.cloud);
  readonly name = 'others';
  readonly folder = mkdtempSync(path.join(tmpdir(), 'others-'));
  /** Name of the role that its tasks start with. */
  readonly executionRole = `${this.name}-collector-start`;

  constructor() {
    for (const file of Object.values(files))
      copyFileSync(path.join(fixtures, file), path.join(this.folder, file));
    const { cloud } = this;
    this.#write('environment.yaml', {
      ...this.#common(),
      'stack-name': this.name,
      template: files.template,
      configs: { agent: files.agent, gateway: files.gateway },
      parameters: {
        ...{ ClusterName: cloud.cluster, VpcId: cloud.vpc, SubnetIds: cloud.subnets },
        ...{ SecurityGroupId: cloud.securityGroup, CoralogixRegion: 'EU2', CDOTImageVersion: 'v0.5.0' },
        ...{ Image: cloud.collectorImage, Memory: 256 },
      },
    });
  }

  /** Another environment file, with nothing of the stack. */
  writeServices(services: object): void {
    this.#write('services.yaml', { ...this.#common(), environment: 'by-hand', services });
  }

  /**
   * Deploying somebody else's template needs what that template makes, which no document of ours can list: it is done
   * by an administrator. The other steps have the documented rights.
   */
  async run(step: StepName, inputs: Record<string, string> = {}): Promise<ActionRun> {
    const { cloud, name: stackName } = this;
    const others = {
      EXECUTIONROLE: this.executionRole,
      CONFIGBUCKET: cloud.bucket,
      LOGGROUP: '/ecs/others-*',
    };
    const credentials = step === 'deploy' ? {} : await stepCredentials({ cloud, step, stackName, others });
    return runAction(step, {
      inputs: { 'environment-file': 'environment.yaml', ...inputs },
      workspace: this.folder,
      environment: { ...cloud.environment, ...credentials },
      ...(process.env['VERBOSE'] ? { onLine: (line: string) => process.stderr.write(`${line}\n`) } : {}),
    });
  }

  async done(step: StepName, inputs: Record<string, string> = {}): Promise<ActionRun> {
    const result = await this.run(step, inputs);
    expectSuccess(result);
    return result;
  }

  deploy(inputs: Record<string, string> = {}): Promise<ActionRun> {
    return this.run('deploy', { 'coralogix-api-key': 'cxtp_a-key-of-the-tests', ...inputs });
  }

  /** A run that must fail: with this code, and with the cause in the first line. */
  expectRefused(result: ActionRun, code: string, cause: RegExp): void {
    expect(firstErrorLine(result)).toMatch(cause);
    expect(result).toMatchObject({ exitCode: 1, outputs: { 'error-code': code } });
  }

  /** Changes the agents' config as a commit would; what is replaced must be there. */
  editAgent(from: string, to: string): void {
    const file = path.join(this.folder, files.agent);
    writeFileSync(file, replaced(readFileSync(file, 'utf8'), from, to));
  }

  async makeLogGroups(): Promise<void> {
    for (const logGroupName of logGroups)
      await this.account.logs.send(new CreateLogGroupCommand({ logGroupName }));
  }

  samplers(): Promise<string[]> {
    return this.account.tasks('others-sampler');
  }

  async remove(): Promise<void> {
    await this.account.removeStack(this.name);
    for (const logGroupName of logGroups)
      await this.account.logs.send(new DeleteLogGroupCommand({ logGroupName })).catch(() => {});
    rmSync(this.folder, { recursive: true, force: true });
  }

  #common(): object {
    const { cloud } = this;
    return {
      ...{
        region: cloud.region,
        's3-config-bucket': cloud.bucket,
        'telemetrygen-image': cloud.telemetrygenImage,
      },
      cohorts: { normal: { expect: '25%', traces: 600 } },
      'traces-per-second': 200,
    };
  }

  #write(file: string, content: object): void {
    writeFileSync(path.join(this.folder, file), stringify(content));
  }
}
