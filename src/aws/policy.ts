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
}

export interface PolicyStatement {
  Effect: 'Allow';
  Action: string[];
  Resource: string;
  Condition?: Record<string, Record<string, string>>;
}

export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: PolicyStatement[];
}

/** An IAM policy of these rights, one statement per resource; without a place it keeps the capital words. */
export function policyOf(rights: readonly Right[], place: Partial<Place> = {}): PolicyDocument {
  const statements = new Map<string, PolicyStatement>();
  for (const { action, resource, passedTo } of rights) {
    const Resource = filled(resource, place);
    const key = `${Resource} ${passedTo ?? ''}`;
    const statement = statements.get(key) ?? {
      Effect: 'Allow',
      Action: [],
      Resource,
      ...(passedTo ? { Condition: { StringEquals: { 'iam:PassedToService': passedTo } } } : {}),
    };
    if (!statement.Action.includes(action)) statement.Action.push(action);
    statements.set(key, statement);
  }
  return { Version: '2012-10-17', Statement: [...statements.values()] };
}

function filled(resource: string, place: Partial<Place>): string {
  return resource.replace(/[A-Z]{5,}/g, (word) => place[word as keyof Place] ?? word);
}
