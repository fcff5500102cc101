import type { StackEvent } from '../../src/aws/cloudformation.ts';

export const stackId = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/otel/1';

let count = 0;

/** An event of a resource. */
export function event(logicalId: string, status: string, extra: Partial<StackEvent> = {}): StackEvent {
  count += 1;
  return {
    id: `event-${count}`,
    at: Date.UTC(2026, 10, 22, 12) + count * 1000,
    stackId,
    logicalId,
    physicalId: `physical-${logicalId}`,
    type: 'AWS::Test::Resource',
    status,
    reason: undefined,
    token: undefined,
    ...extra,
  };
}

/** An event of the stack itself. */
export function stackEvent(status: string, extra: Partial<StackEvent> = {}): StackEvent {
  return event('otel', status, { physicalId: stackId, type: 'AWS::CloudFormation::Stack', ...extra });
}
