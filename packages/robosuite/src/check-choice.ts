/** Throws a RangeError that begins with the name of an `option` where what was `found` for it is none of the `choices`. */
export function checkChoice<Choice>(option: string, found: Choice, choices: readonly Choice[]): void {
  if (!choices.includes(found)) {
    throw new RangeError(`${option} is ${String(found)}, wanted ${choices.join(' or ')}`);
  }
}
