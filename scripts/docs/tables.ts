import { type InputSpec, inputSpecs, outputSpecs } from '../../src/inputs/spec.ts';
import { type StepName, stepNames } from '../../src/inputs/topologies.ts';
import { failedVerification } from './failed-verification.ts';

/** Replaces what stands between `<!-- generated: NAME -->` and `<!-- /generated -->` in a README. */
export function withTables(readme: string, text: string): string {
  return text.replace(
    /(<!-- generated: ([a-z-]+) -->\n)[\s\S]*?(<!-- \/generated -->)/g,
    (_, start: string, name: string, end: string) => {
      const table = tables[name as keyof typeof tables];
      if (!table) throw new Error(`${readme}: no generated part is called ${name}`);
      return `${start}\n${table()}\n${end}`;
    },
  );
}

const tables = {
  'failed-verification': failedVerification,
  inputs: () => inputTable(() => true, true),
  outputs: () => outputTable(() => true, true),
  'deploy-inputs': () => inputTable((steps) => steps.includes('deploy')),
  'deploy-outputs': () => outputTable((steps) => steps.includes('deploy')),
  'verify-inputs': () => inputTable((steps) => steps.includes('verify')),
  'verify-outputs': () => outputTable((steps) => steps.includes('verify')),
};

type Uses = (steps: readonly StepName[]) => boolean;

function inputTable(uses: Uses, withSteps = false): string {
  const rows = Object.entries<InputSpec>(inputSpecs)
    .filter(([, spec]) => uses(spec.steps))
    .map(([name, spec]) => [
      `\`${name}\``,
      spec.description,
      spec.whenAbsent,
      ...(withSteps ? [stepCell(spec.steps)] : []),
    ]);
  return table(['input', 'what it is', 'when absent', ...(withSteps ? ['steps'] : [])], rows);
}

function outputTable(uses: Uses, withSteps = false): string {
  const rows = Object.entries(outputSpecs)
    .filter(([, spec]) => uses(spec.steps))
    .map(([name, spec]) => [`\`${name}\``, spec.description, ...(withSteps ? [stepCell(spec.steps)] : [])]);
  return table(['output', 'what it is', ...(withSteps ? ['steps'] : [])], rows);
}

const stepCell = (steps: readonly StepName[]) =>
  steps.length === stepNames.length ? 'all' : steps.join(', ');

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}
