import { finite, type Gradient, type Terms } from './average-gradient.ts';

/**
 * Σᵢ partᵢ of gradients and scalars, in the order of the parts, each sum rounded to float32: the same bits wherever the parts were
 * computed. A single part is the sum.
 *
 * @throws DivergenceError if a scalar is not finite, naming it
 */
export function sumOfParts<T extends Terms>(parts: readonly Gradient<T>[]): Gradient<T>;
export function sumOfParts(parts: readonly Gradient<Terms>[]): Gradient<Terms> {
  for (const { scalars } of parts)
    for (const [name, value] of Object.entries(scalars)) finite(`update: ${name}`, value);
  const [first, ...others] = parts;
  if (others.length === 0) return first;
  const gradients = Object.entries(first.gradients).map(([name, { shape, data }]) => {
    const sum = data.slice();
    for (const part of others) {
      const added = part.gradients[name].data;
      for (let i = 0; i < sum.length; i++) sum[i] += added[i];
    }
    return [name, { shape, data: sum }];
  });
  const scalars: { loss: number; [name: string]: number } = { ...first.scalars };
  for (const part of others) {
    for (const [name, value] of Object.entries(part.scalars)) scalars[name] += value;
  }
  return { gradients: Object.fromEntries(gradients), scalars };
}
