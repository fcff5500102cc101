import type { Right } from './rights.ts';

/** What the capital words of a resource stand for. */
export interface Place {
  PARTITION: string;
  REGION: string;
  ACCOUNT: string;
  STACK: string;
  CLUSTER: string;
  BUCKET: string;
  PREFIX: string;
  /** Name, with its path, of a role that is given to the stack: `TaskExecutionRoleArn`, `TaskRoleArn`. */
  GIVENROLE?: string;
  /** The same of the execution role of somebody else's services. */
  EXECUTIONROLE?: string;
  /** Where somebody else's services have their configs. */
  CONFIGBUCKET?: string;
  /** Log groups of somebody else's services. */
  LOGGROUP?: string;
  /** Id of the customer managed KMS key that encrypts the bucket: the end of `S3ConfigKmsKeyArn`. */
  CONFIGKEY?: string;
}

export interface PolicyStatement {
  /** Made of service and resource, so that it stays while actions come and go. Once in a policy. */
  Sid: string;
  Effect: 'Allow';
  Action: string[];
  Resource: string;
  Condition?: Partial<Record<'StringEquals' | 'StringLike', Record<string, string | string[]>>>;
}

export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: PolicyStatement[];
}

/**
 * An IAM policy of these rights, one statement for each service, resource and condition; without a place it keeps the
 * capital words.
 */
export function policyOf(rights: readonly Right[], place: Partial<Place> = {}): PolicyDocument {
  const statements = new Map<string, PolicyStatement>();
  for (const right of rights) {
    const Condition = conditionOf(right, place);
    const key = JSON.stringify([serviceOf(right.action), right.resource, Condition]);
    const statement = statements.get(key) ?? {
      Sid: sidOf(right),
      Effect: 'Allow',
      Action: [],
      Resource: filled(right.resource, place),
      ...(Condition ? { Condition } : {}),
    };
    if (!statement.Action.includes(right.action)) statement.Action.push(right.action);
    statements.set(key, statement);
  }
  return { Version: '2012-10-17', Statement: [...statements.values()] };
}

/**
 * CloudFormation gives it to the resources of most types when it makes them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
 */
const stackTag = 'aws:ResourceTag/aws:cloudformation:stack-name';

/** The text of a policy or ARN with its capital words filled in, as far as the place knows them. */
export function filled(text: string, place: Partial<Place>): string {
  return text.replace(/[A-Z]{5,}/g, (word) => place[word as keyof Place] ?? word);
}

const serviceOf = (action: string) => action.split(':')[0] ?? '';

function conditionOf({ passedTo, ofStack }: Right, place: Partial<Place>): PolicyStatement['Condition'] {
  if (passedTo) {
    return {
      StringEquals: { 'iam:PassedToService': typeof passedTo === 'string' ? passedTo : [...passedTo] },
    };
  }
  // Like, because STACK may be a pattern.
  if (ofStack) return { StringLike: { [stackTag]: filled('STACK', place) } };
  return undefined;
}

/** IAM takes letters and digits: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html */
function sidOf({ action, resource, passedTo, ofStack }: Right): string {
  const receiver = [passedTo ?? []].flat()[0]?.split('.')[0];
  const named = resource === '*' ? 'all' : resource.split(':').slice(5).join(':');
  const words = [serviceOf(action), named, ofStack ? 'of-stack' : '', receiver ? `to-${receiver}` : ''];
  return words
    .flatMap((text) => text.split(/[^A-Za-z0-9]+/))
    .filter((word) => word !== '' && !/^[A-Z]{5,}$/.test(word))
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}
