/** GB 32100: digits and capital letters without I, O, S, V, Z; the 18th character checks the 17 before it. */
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const CODE = /^[0-9A-HJ-NPQRTUWXY]{18}$/;

/** The check character of the first 17 characters. */
export function usccCheck(body: string): string {
  let weight = 1;
  let sum = 0;
  for (const character of body) {
    sum += ALPHABET.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return ALPHABET[(31 - (sum % 31)) % 31] ?? '';
}

/** Whether a unified social credit code is well-formed and its check character right. */
export function usccIsValid(code: string): boolean {
  return CODE.test(code) && usccCheck(code.slice(0, 17)) === code[17];
}
