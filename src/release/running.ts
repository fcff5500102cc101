import type { CloudFormation } from '../aws/cloudformation.ts';
import { type ObjectStore, uri } from '../aws/object-store.ts';
import { KitError } from '../kit/errors.ts';
import { sha256 } from './hash.ts';
import { imageReference } from './image.ts';
import { effectiveParameters } from './parameters.ts';
import { identified, type Release, type ReleaseConfig } from './release.ts';
import { declaredParameters } from './template.ts';

export interface RunningPorts {
  cloudFormation: Pick<CloudFormation, 'find' | 'originalTemplate'>;
  objects: Pick<ObjectStore, 'get'>;
}

/** A release as the stack really has it. */
export interface RunningRelease extends Release {
  /** The bucket that the configs come from, by the stack's own parameter. */
  bucket: string;
}

/**
 * What a stack runs, recomputed from the stack itself: its template's text, the objects that its
 * `*S3ConfigKey` parameters name, its image parameters. Nothing is taken from what a deployment claimed.
 * The template's key is unknown to the stack and left empty.
 */
export async function runningRelease(stackName: string, ports: RunningPorts): Promise<RunningRelease> {
  const stack = await ports.cloudFormation.find(stackName);
  if (!stack)
    throw new KitError(`there is no stack ${stackName}`, { code: 'stack-not-found', source: 'user' });
  const template = await ports.cloudFormation.originalTemplate(stack.id);
  const values = effectiveParameters(declaredParameters(template), {}, stack.parameters);
  const bucket = values['S3ConfigBucket'] ?? '';
  const keys = Object.entries(values).filter(([name, key]) => name.endsWith('S3ConfigKey') && key !== '');
  const configs = await Promise.all(
    keys.map(async ([parameter, key]): Promise<ReleaseConfig> => {
      const bytes = await ports.objects.get({ bucket, key });
      if (bytes === undefined) throw missing(stackName, parameter, uri({ bucket, key }));
      return { parameter, key, sha256: sha256(bytes) };
    }),
  );
  const release = identified({
    template: { key: '', sha256: sha256(template) },
    configs,
    image: imageReference(values),
  });
  return { ...release, bucket };
}

function missing(stackName: string, parameter: string, address: string): KitError {
  return new KitError(`stack ${stackName} reads ${address} (${parameter}), which does not exist`, {
    code: 'object-not-found',
    source: 'user',
    hint: 'Its tasks cannot start again without it; deploy the release anew.',
  });
}
