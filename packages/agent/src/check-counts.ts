/** @throws RangeError, by the name of the function, for the first option that is no whole number above 0 */
export function checkCounts(caller: string, options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (!(Number.isInteger(value) && value > 0)) {
      throw new RangeError(`${caller}: ${name} is ${value}, wanted a whole number above 0`);
    }
  }
}
