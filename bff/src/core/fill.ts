/** A sentence with its {names} filled in; names that are not given stay as they are. */
export function fill(message: string, values: Readonly<Record<string, string | number>>): string {
  return message.replace(/\{(\w+)\}/g, (gap, name: string) => String(values[name] ?? gap));
}
