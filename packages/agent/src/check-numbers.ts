/** @throws RangeError, by the name of the function, for the first option that is not within 0 and 1 */
export function checkFractions(caller: string, options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (!(value >= 0 && value <= 1)) {
      throw new RangeError(`${caller}: ${name} is ${value}, wanted a number in [0, 1]`);
    }
  }
}

/** @throws RangeError, by the name of the function, for the first option that is not above 0 */
export function checkPositive(caller: string, options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (!(value > 0)) throw new RangeError(`${caller}: ${name} is ${value}, wanted a number above 0`);
  }
}

/** @throws RangeError, by the name of the function, for the first option that is negative, infinite or no number */
export function checkNotNegative(caller: string, options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (!(value >= 0 && value < Infinity)) {
      throw new RangeError(`${caller}: ${name} is ${value}, wanted 0 or more`);
    }
  }
}
