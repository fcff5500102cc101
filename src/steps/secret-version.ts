import type { Secrets } from '../aws/secrets.ts';
import type { StackSettings } from '../inputs/settings.ts';
import { KitError } from '../kit/errors.ts';

const parameter = 'CoralogixApiKeySecretArn';

/** `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME` has seven parts; ECS takes three more. */
const arnParts = 7;

/**
 * Tasks read a secret only when they start, so its version has to stand in the task definition: then a rotated key
 * rolls the tasks. Where the given ARN names no version, the current one is looked up and put in.
 *
 *   ARN[:JSON-KEY[:VERSION-STAGE[:VERSION-ID]]]
 *
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 */
export async function withSecretVersion(stack: StackSettings, secrets: Secrets): Promise<StackSettings> {
  const given = stack.parameters[parameter];
  if (!given) return stack;
  const parts = given.split(':');
  const arn = parts.slice(0, arnParts).join(':');
  const [jsonKey = '', stage = '', versionId = ''] = parts.slice(arnParts);
  if (versionId !== '') return stack;
  const wanted = stage || 'AWSCURRENT';
  const found = await secrets.versionWith(wanted, arn);
  if (found === undefined) throw noVersion(arn, wanted);
  // The id alone: ECS refuses a stage that another version has by the time a task starts.
  return { ...stack, parameters: { ...stack.parameters, [parameter]: `${arn}:${jsonKey}::${found}` } };
}

function noVersion(arn: string, stage: string): KitError {
  return new KitError(`secret ${arn} has no version ${stage}`, {
    code: 'secret-version-missing',
    source: 'user',
    hint: 'Put the Coralogix API key into it, or name a version in CoralogixApiKeySecretArn.',
  });
}
