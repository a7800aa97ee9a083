/** WeChat's rules for the values of a subscribe message, by the kind that the field's name begins with. */
const CHINESE_TIME = String.raw`(?:\d{4}年\d{1,2}月\d{1,2}日 )?\d{1,2}:\d{2}(?::\d{2})?`;
const CHINESE_DATE = String.raw`\d{4}年\d{1,2}月\d{1,2}日(?: \d{1,2}:\d{2}(?::\d{2})?)?`;

const KINDS: Record<string, (value: string) => boolean> = {
  thing: (value) => [...value].length <= 20,
  number: (value) => value.length <= 32 && /^-?\d+(\.\d+)?$/.test(value),
  letter: (value) => /^[A-Za-z]{1,32}$/.test(value),
  symbol: (value) => [...value].length <= 5 && !/[\p{L}\p{N}]/u.test(value),
  character_string: (value) => value.length <= 32 && /^[\x21-\x7e]+$/.test(value),
  time: (value) => new RegExp(`^${CHINESE_TIME}(?: ?~ ?${CHINESE_TIME})?$`).test(value),
  date: (value) => new RegExp(`^${CHINESE_DATE}(?: ?~ ?${CHINESE_DATE})?$`).test(value),
  amount: (value) => /^[¥$€£]?\d{1,10}(\.\d+)?元?$/.test(value),
  phone_number: (value) => /^[\d+() -]{1,17}$/.test(value),
  car_number: (value) => [...value].length <= 8,
  name: (value) => /^[\p{Script=Han}·]{1,10}$/u.test(value) || /^[A-Za-z .]{1,20}$/.test(value),
  phrase: (value) => /^\p{Script=Han}{1,5}$/u.test(value),
};

/** The first field that WeChat would refuse (47003); undefined when the data fits the template. */
export function refusedField(fields: readonly string[], data: Record<string, unknown>): string | undefined {
  const missing = fields.find((field) => data[field] === undefined);
  if (missing !== undefined) return missing;
  return Object.entries(data).find(([field, entry]) => {
    const value = (entry as { value?: unknown } | null)?.value;
    const accepts = KINDS[field.replace(/\d+$/, '')];
    if (!fields.includes(field) || accepts === undefined) return true;
    return typeof value !== 'string' || value.trim() === '' || /\p{Cc}/u.test(value) || !accepts(value);
  })?.[0];
}
