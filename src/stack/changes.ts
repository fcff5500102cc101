import type { ResourceChange } from '../aws/cloudformation.ts';

export type ChangeKind =
  | 'added'
  | 'changed'
  | 'replaced'
  | 'possibly replaced'
  | 'removed'
  | 'imported'
  | 'undecided';

/** One change as a reviewer reads it. */
export interface PlannedChange {
  kind: ChangeKind;
  resource: string;
  type: string;
  /** Properties that change, and what makes them change. */
  detail: string;
}

/** A parameter that gets another value; values of NoEcho parameters are never part of it. */
export interface ParameterChange {
  name: string;
  before: string | undefined;
  after: string;
}

/** Destructive kinds first, so that they stand out in a long list. */
const order: readonly ChangeKind[] = [
  'removed',
  'replaced',
  'possibly replaced',
  'undecided',
  'changed',
  'added',
  'imported',
];

export function plannedChanges(changes: readonly ResourceChange[]): PlannedChange[] {
  return changes
    .map((change) => ({
      kind: kindOf(change),
      resource: change.logicalId,
      type: change.type,
      detail: [
        change.properties.join(', '),
        change.causes.length > 0 ? `because of ${change.causes.join(', ')}` : '',
      ]
        .filter(Boolean)
        .join(' '),
    }))
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || (a.resource < b.resource ? -1 : 1));
}

function kindOf({ action, replacement }: ResourceChange): ChangeKind {
  if (action === 'Add') return 'added';
  if (action === 'Remove') return 'removed';
  if (action === 'Import') return 'imported';
  if (action !== 'Modify') return 'undecided';
  if (replacement === 'True') return 'replaced';
  return replacement === 'Conditional' ? 'possibly replaced' : 'changed';
}

/** What changes among parameters whose values may be shown. */
export function parameterChanges(
  declared: readonly { name: string; noEcho: boolean }[],
  before: Readonly<Record<string, string>> | undefined,
  after: Readonly<Record<string, string>>,
): ParameterChange[] {
  return declared.flatMap(({ name, noEcho }) => {
    const value = after[name];
    if (noEcho || value === undefined || before === undefined || value === before[name]) return [];
    return [{ name, before: before[name], after: value }];
  });
}

/** "2 replaced, 1 changed", in the order of the table. */
export function countsOf(changes: readonly PlannedChange[]): string {
  const counts = order.flatMap((kind) => {
    const count = changes.filter((change) => change.kind === kind).length;
    return count > 0 ? [`${count} ${kind}`] : [];
  });
  return counts.join(', ') || 'outputs only';
}

/** The table that a reviewer approves from. */
export function changesMarkdown(
  changes: readonly PlannedChange[],
  parameters: readonly ParameterChange[],
): string {
  const rows = changes.map(({ kind, resource, type, detail }) =>
    row(kind === 'replaced' || kind === 'removed' ? `**${kind}**` : kind, code(resource), type, detail),
  );
  const tables = [['| change | resource | type | what |', '|---|---|---|---|', ...rows].join('\n')];
  if (parameters.length > 0) {
    const values = parameters.map(({ name, before, after }) =>
      row(code(name), code(before ?? ''), code(after)),
    );
    tables.push(['| parameter | before | after |', '|---|---|---|', ...values].join('\n'));
  }
  return tables.join('\n\n');
}

function row(...cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

function code(text: string): string {
  return text === '' ? '' : `\`${text.replaceAll('`', "'")}\``;
}
