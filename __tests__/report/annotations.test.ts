import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type GitHubReporter, githubReporter } from '../../src/report/github.ts';

describe('annotations', () => {
  let printed: string[];
  let reporter: GitHubReporter;

  beforeEach(() => {
    printed = [];
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed.push(...String(text).split('\n').filter(Boolean));
      return true;
    });
    reporter = githubReporter(undefined);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('stand on file and line, as the runner reads them', () => {
    reporter.annotate({ file: 'configs/a:b.yaml', line: 7, message: 'unknown\ntype' });
    expect(printed).toEqual([
      '::error title=Collector config,file=configs/a%3Ab.yaml,line=7::unknown%0Atype',
    ]);
  });

  test('stand on the file alone where the line is not known', () => {
    reporter.annotate({ file: 'a.yaml', line: undefined, message: 'not YAML' });
    expect(printed).toEqual(['::error title=Collector config,file=a.yaml::not YAML']);
  });

  test('never show a secret', () => {
    reporter.mask('cxtp_secret');
    reporter.annotate({ file: 'a.yaml', line: 1, message: 'bad key cxtp_secret' });
    expect(printed.at(-1)).toContain('bad key ***');
  });

  test('are said once', () => {
    for (let time = 0; time < 2; time += 1) reporter.annotate({ file: 'a.yaml', line: 1, message: 'bad' });
    expect(printed).toHaveLength(1);
  });

  test('leave the last of the ten that GitHub shows to the failure itself', () => {
    for (let line = 1; line <= 12; line += 1) reporter.annotate({ file: 'a.yaml', line, message: 'bad' });
    const isCommand = (text: string) => text.startsWith('::error');
    expect(printed.filter(isCommand)).toHaveLength(9);
    expect(printed.filter((text) => !isCommand(text))).toEqual(
      [10, 11, 12].map((line) => `a.yaml:${line}: bad`),
    );
  });
});
