import type { DeclaredParameter } from './template.ts';

/**
 * The values a template is going to have: given, else what the stack has now, else the default. A hidden
 * value of the stack reads `****`.
 */
export function effectiveParameters(
  declared: readonly DeclaredParameter[],
  given: Readonly<Record<string, string>>,
  current: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    declared.flatMap(({ name, default: fallback }) => {
      const value = given[name] ?? current[name] ?? fallback;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
