/** @throws Error if the number is not finite, by the name given */
export function finite(name: string, value: number): number {
  if (!Number.isFinite(value)) throw new Error(`${name} is ${value}, expected a finite number`);
  return value;
}
