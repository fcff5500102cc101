/** `$NAME`, `${NAME}`, `${env:NAME}` and `${env:NAME:-default}`, as collector and shell write variables. */
const variable = /\$(?:\{(?:env:)?(\w+)(?::-([^}]*))?\}|([A-Za-z_]\w*))/g;

/** The text with the variables of a container's environment in place; one that has no value is left as it stands. */
export function expanded(text: string, environment: Readonly<Record<string, string>>): string {
  return text.replace(variable, (whole, braced?: string, byDefault?: string, bare?: string) => {
    const name = braced ?? bare ?? '';
    return environment[name] ?? byDefault ?? whole;
  });
}

/** A config's values with the variables in place; a scalar that is nothing but a variable gets the type of its value. */
export function withVariables(value: unknown, environment: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return scalar(value, environment);
  if (Array.isArray(value)) return value.map((each) => withVariables(each, environment));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, withVariables(each, environment)]),
  );
}

function scalar(text: string, environment: Readonly<Record<string, string>>): unknown {
  const value = expanded(text, environment);
  if (value === text || !/^\$\{[^}]*\}$/.test(text)) return value;
  if (/^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  return value === 'true' || value === 'false' ? value === 'true' : value;
}
