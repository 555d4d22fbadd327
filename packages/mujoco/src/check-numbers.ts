/** Throws a RangeError unless there are as many numbers as `wanted`. */
export function checkLength(where: string, { length }: ArrayLike<number>, wanted: number): void {
  if (length !== wanted) throw new RangeError(`${where} has ${length} numbers, wanted ${wanted}`);
}

/** Throws a RangeError unless there are as many numbers as `wanted`, all of them finite. */
export function checkNumbers(where: string, values: ArrayLike<number>, wanted: number): void {
  checkLength(where, values, wanted);
  for (let i = 0; i < wanted; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(`${where}[${i}] is ${values[i]}, wanted a finite number`);
    }
  }
}
