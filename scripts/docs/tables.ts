import { type InputSpec, inputSpecs, outputSpecs } from '../../src/inputs/spec.ts';
import { type StepName, stepNames } from '../../src/inputs/topologies.ts';
import { stages } from '../conformance/stages.ts';
import { failedVerification } from './failed-verification.ts';
import { policies } from './policies.ts';
import { policyJson, rightsTable, rolesTable, scalingTable, templateRightsTable } from './rights.ts';
import { ringMoves } from './ring-moves.ts';

/** Replaces what stands between `<!-- generated: NAME -->` and `<!-- /generated -->` in a README. */
export function withTables(readme: string, text: string): string {
  return text.replace(
    /(<!-- generated: ([a-z-]+) -->\n)[\s\S]*?(<!-- \/generated -->)/g,
    (_, start: string, name: string, end: string) => {
      const table = tables[name];
      if (!table) throw new Error(`${readme}: no generated part is called ${name}`);
      return `${start}\n${table()}\n${end}`;
    },
  );
}

const ofSteps = stepNames.flatMap((step) => [
  [`${step}-inputs`, () => inputTable((steps) => steps.includes(step), step)],
  [`${step}-outputs`, () => outputTable((steps) => steps.includes(step))],
  [`${step}-rights`, () => drawn(rightsTable(step))],
]);

const tables: Readonly<Record<string, () => string>> = {
  'conformance-stages': conformanceTable,
  'failed-verification': failedVerification,
  'ring-moves': ringMoves,
  inputs: () => inputTable(() => true),
  outputs: () => outputTable(() => true, true),
  'template-rights': () => drawn(templateRightsTable()),
  'scaling-rights': () => drawn(scalingTable()),
  roles: () => drawn(rolesTable()),
  ...Object.fromEntries(Object.keys(policies).map((name) => [name, () => policyJson(name)])),
  ...Object.fromEntries(ofSteps),
};

/** What each stage of a conformance run settles, makes, takes and costs. */
function conformanceTable(): string {
  const rows = stages.map(({ number, title, settles, makes, minutes, dollars, notLocal }) => [
    String(number),
    title,
    settles.join(', '),
    makes,
    String(minutes),
    dollars.toFixed(2),
    notLocal ? `left out: ${notLocal}` : 'runs',
  ]);
  const head = ['stage', 'what', 'settles', 'makes', 'minutes', '$', 'on the local cloud'];
  return table(head, rows);
}

type Uses = (steps: readonly StepName[]) => boolean;

/** @param onlyStep the step of a step folder, whose action has itself as default */
function inputTable(uses: Uses, onlyStep?: StepName): string {
  const rows = Object.entries<InputSpec>(inputSpecs)
    .filter(([, spec]) => uses(spec.steps))
    .map(([name, spec]) => [
      `\`${name}\``,
      spec.description,
      onlyStep && name === 'steps' ? `\`${onlyStep}\`` : spec.whenAbsent,
      ...(onlyStep ? [] : [stepCell(spec.steps)]),
    ]);
  return table(['input', 'what it is', 'when absent', ...(onlyStep ? [] : ['steps'])], rows);
}

function outputTable(uses: Uses, withSteps = false): string {
  const rows = Object.entries(outputSpecs)
    .filter(([, spec]) => uses(spec.steps))
    .map(([name, spec]) => [`\`${name}\``, spec.description, ...(withSteps ? [stepCell(spec.steps)] : [])]);
  return table(['output', 'what it is', ...(withSteps ? ['steps'] : [])], rows);
}

const stepCell = (steps: readonly StepName[]) =>
  steps.length === stepNames.length ? 'all' : steps.join(', ');

const drawn = ({ head, rows }: { head: string[]; rows: string[][] }) => table(head, rows);

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}
