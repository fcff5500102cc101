import { type ErrorSource, KitError, messageOf } from '../kit/errors.ts';
import { answered } from '../kit/limits.ts';

interface Rule {
  code: string;
  source: ErrorSource;
  /** Names of SDK exceptions, Node error codes included. */
  names?: readonly string[];
  /** For reasons that AWS puts only into the text of its generic ValidationError. */
  text?: RegExp;
  hint?: string;
}

// First match wins. Texts stand here and nowhere else, so that the kit branches on codes.
const rules: readonly Rule[] = [
  {
    code: 'stack-busy',
    source: 'aws',
    names: ['OperationInProgressException', 'OperationInProgress'],
    text: /is in \w+ state and can ?not be updated|cannot be deleted while in status/i,
    hint: 'Wait for the other operation to end, then run this step again.',
  },
  {
    // A ClientException like many others. https://github.com/hashicorp/terraform-provider-aws/issues/9777
    code: 'task-family-busy',
    source: 'aws',
    text: /Too many concurrent attempts to create a new revision/i,
    hint: 'Others register revisions of the same task definition all the time; run this step again.',
  },
  { code: 'stack-not-found', source: 'user', text: /^Stack (with id |\[)?\S+ does not exist/ },
  {
    code: 'change-set-not-found',
    source: 'user',
    names: ['ChangeSetNotFound', 'ChangeSetNotFoundException'],
  },
  {
    code: 'change-set-stale',
    source: 'user',
    names: ['InvalidChangeSetStatus', 'InvalidChangeSetStatusException'],
    hint: 'The stack changed since the change set was made; run the step again.',
  },
  { code: 'already-exists', source: 'user', names: ['AlreadyExistsException'] },
  { code: 'cluster-not-found', source: 'user', names: ['ClusterNotFoundException'] },
  { code: 'service-not-found', source: 'user', names: ['ServiceNotFoundException', 'ServiceNotFound'] },
  { code: 'resource-not-found', source: 'user', names: ['ResourceNotFoundException'] },
  { code: 'resource-already-exists', source: 'user', names: ['ResourceAlreadyExistsException'] },
  { code: 'object-not-found', source: 'user', names: ['NoSuchKey'] },
  {
    code: 'bucket-unreachable',
    source: 'user',
    names: ['NoSuchBucket', 'PermanentRedirect', 'InvalidBucketName', 'AuthorizationHeaderMalformed'],
    hint: 'Check that the bucket exists in the region of the run.',
  },
  {
    code: 'kms-access-denied',
    source: 'user',
    // S3 uses the key of an object as the caller, and tells of its refusal under the name of any other.
    text: /not authorized to perform: kms:\w+|ciphertext refers to a customer master key/,
    hint: 'The bucket is under a KMS key: grant the role of the workflow this right on the key, in IAM and in the policy of the key.',
  },
  {
    code: 'access-denied',
    source: 'user',
    names: [
      'AccessDenied',
      'AccessDeniedException',
      'UnauthorizedOperation',
      'Forbidden',
      'AllAccessDisabled',
    ],
    hint: 'Grant the missing permission to the role of the workflow.',
  },
  {
    code: 'credentials-invalid',
    source: 'user',
    names: [
      'CredentialsProviderError',
      'ExpiredToken',
      'ExpiredTokenException',
      'InvalidClientTokenId',
      'UnrecognizedClientException',
      'InvalidAccessKeyId',
      'SignatureDoesNotMatch',
    ],
    hint: 'Configure credentials before this step, for example with aws-actions/configure-aws-credentials.',
  },
  {
    code: 'throttled',
    source: 'aws',
    names: [
      'Throttling',
      'ThrottlingException',
      'TooManyRequestsException',
      'RequestLimitExceeded',
      'SlowDown',
    ],
  },
  {
    code: 'endpoint-unreachable',
    source: 'aws',
    names: [
      'ECONNREFUSED',
      'ENOTFOUND',
      'EAI_AGAIN',
      'ECONNRESET',
      'ETIMEDOUT',
      'TimeoutError',
      'NetworkingError',
    ],
  },
  { code: 'limit-exceeded', source: 'aws', names: ['LimitExceededException'] },
  {
    code: 'request-invalid',
    source: 'user',
    names: ['ValidationError', 'ValidationException', 'InvalidParameterException'],
  },
];

/**
 * Sends a request and waits for the answer as long as the step may; whatever goes wrong comes out as a KitError
 * "could not <what>: <AWS's own reason>".
 */
export async function asking<T>(what: string, request: () => Promise<T>): Promise<T> {
  try {
    return await answered(what, request);
  } catch (error) {
    throw translated(what, error);
  }
}

/** The KitError for what the SDK threw; aborts and KitErrors pass unchanged. */
export function translated(what: string, error: unknown): unknown {
  if (error instanceof KitError || (error instanceof Error && error.name === 'AbortError')) return error;
  const names = namesOf(error);
  const text = reasonOf(error);
  const rule = rules.find(
    (each) => each.names?.some((name) => names.includes(name)) || each.text?.test(text),
  );
  return new KitError(`could not ${what}: ${text}`, {
    code: rule?.code ?? (statusOf(error) === 403 ? 'access-denied' : 'aws-error'),
    source: rule?.source ?? 'aws',
    cause: error,
    ...(rule?.hint === undefined ? {} : { hint: rule.hint }),
  });
}

/** HTTP status of an SDK error. */
export function statusOf(error: unknown): number | undefined {
  const metadata = (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata;
  return metadata?.httpStatusCode;
}

/** The exception's name and, for network faults, Node's error code, which may sit on the cause. */
function namesOf(error: unknown): string[] {
  const { name, code, Code, cause } = (error ?? {}) as Record<string, unknown>;
  const own = [name, code, Code].filter((each): each is string => typeof each === 'string');
  return cause === undefined || cause === error ? own : [...own, ...namesOf(cause)];
}

/** S3 answers some requests without a body; the SDK then says only "UnknownError". */
function reasonOf(error: unknown): string {
  const message = messageOf(error).trim();
  if (message !== '' && message !== 'UnknownError') return message;
  const name = error instanceof Error ? error.name : 'unknown error';
  return `${name} (HTTP ${statusOf(error) ?? '?'})`;
}
