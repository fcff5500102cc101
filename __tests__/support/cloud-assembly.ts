import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonMap, Template } from './template.ts';

/** Where a CDK app is deployed to. */
export interface CdkEnvironment {
  account: string;
  region: string;
}

/** The name that a bootstrap without a qualifier of its own gives its roles and bucket. */
const qualifier = 'hnb659fds';

/**
 * Writes what `cdk synth` writes for an app of one stack with the default synthesizer, so that the CDK CLI deploys a
 * template of ours as it deploys any: the template goes to the bootstrapped bucket, by the role for files, and
 * CloudFormation works as the role for executions.
 * https://github.com/aws/aws-cdk-cli/tree/main/packages/%40aws-cdk/cloud-assembly-schema
 * @param folder for `cdk deploy --app`; what it held before is replaced
 */
export function writeCloudAssembly(
  folder: string,
  stackName: string,
  template: Template,
  { account, region }: CdkEnvironment,
): void {
  const body = JSON.stringify(templateBody(template), null, 1);
  const hash = createHash('sha256').update(body).digest('hex');
  const bucketName = `cdk-${qualifier}-assets-${account}-${region}`;
  const role = (name: string) =>
    `arn:\${AWS::Partition}:iam::${account}:role/cdk-${qualifier}-${name}-${account}-${region}`;
  const bootstrap = {
    requiresBootstrapStackVersion: 6,
    bootstrapStackVersionSsmParameter: `/cdk-bootstrap/${qualifier}/version`,
  };
  const file = `${stackName}.template.json`;
  const destination = { bucketName, objectKey: `${hash}.json`, assumeRoleArn: role('file-publishing-role') };
  const write = (name: string, content: unknown) =>
    writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));

  mkdirSync(folder, { recursive: true });
  write(file, body);
  write(`${stackName}.assets.json`, {
    version: '48.0.0',
    files: {
      [hash]: { source: { path: file, packaging: 'file' }, destinations: { here: destination } },
    },
    dockerImages: {},
  });
  write('manifest.json', {
    version: '48.0.0',
    artifacts: {
      [`${stackName}.assets`]: {
        type: 'cdk:asset-manifest',
        properties: { file: `${stackName}.assets.json`, ...bootstrap },
      },
      [stackName]: {
        type: 'aws:cloudformation:stack',
        environment: `aws://${account}/${region}`,
        displayName: stackName,
        dependencies: [`${stackName}.assets`],
        properties: {
          templateFile: file,
          stackName,
          ...bootstrap,
          validateOnSynth: false,
          assumeRoleArn: role('deploy-role'),
          cloudFormationExecutionRoleArn: role('cfn-exec-role'),
          stackTemplateAssetObjectUrl: `s3://${bucketName}/${hash}.json`,
          additionalDependencies: [`${stackName}.assets`],
        },
      },
    },
  });
}

function templateBody(template: Template): JsonMap {
  const { parameters, rules, mappings, conditions, resources, outputs } = template;
  const sections = { Parameters: parameters, Rules: rules, Mappings: mappings, Conditions: conditions };
  const given = Object.entries(sections).filter(([, section]) => Object.keys(section).length > 0);
  return { ...Object.fromEntries(given), Resources: resources, Outputs: outputs } as unknown as JsonMap;
}
