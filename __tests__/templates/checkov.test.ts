import { describe, expect, it } from '@jest/globals';
import { judge } from '../../scripts/test/checkov.ts';

const finding = (suppress_comment?: string) => ({
  check_id: 'CKV_AWS_158',
  check_name: 'Ensure that CloudWatch Log Group is encrypted by KMS',
  file_path: '/otel.yaml',
  resource: 'AWS::Logs::LogGroup.AgentLogGroup',
  check_result: suppress_comment === undefined ? {} : { suppress_comment },
});
const none = { failed_checks: [], skipped_checks: [], parsing_errors: [] };

describe('a report of checkov', () => {
  it('is good when every check passes or is waived for a reason', () => {
    const results = { ...none, skipped_checks: [finding('CloudWatch encrypts it')] };
    expect(judge({ results, summary: { passed: 3 } })).toEqual({ faults: [], passed: 4 });
  });

  it.each([
    [
      'a failed check',
      { failed_checks: [finding()] },
      'templates/otel.yaml: AWS::Logs::LogGroup.AgentLogGroup: CKV_AWS_158 Ensure that CloudWatch Log Group is encrypted by KMS',
    ],
    [
      'a waiver without a reason',
      { skipped_checks: [finding('No comment provided')] },
      'templates/otel.yaml: AWS::Logs::LogGroup.AgentLogGroup: CKV_AWS_158 is waived without a reason',
    ],
    [
      'a template that it cannot read',
      { parsing_errors: ['/otel.yaml'] },
      '/otel.yaml: checkov cannot read it',
    ],
  ])('is not, with %s', (_, more, fault) => {
    expect(judge({ results: { ...none, ...more }, summary: { passed: 3 } }).faults).toEqual([fault]);
  });

  it('is not when nothing was checked', () => {
    expect(judge({ results: none, summary: { passed: 0 } }).faults).toEqual(['checkov checked nothing']);
  });
});
