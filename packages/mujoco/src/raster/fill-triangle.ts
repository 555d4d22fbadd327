import type { Canvas } from './canvas.ts';

/** Twice the area in square pixels below which 1/z is not known well enough across a triangle. */
const smallest = 1e-6;

/**
 * Colours the pixels whose middle lies in a triangle and where nothing nearer is. `corners` [3, 3] are its corners u, v, in pixels
 * from the upper left, and 1/z, which is linear in both. A middle on the left or upper edge is inside, one on the right or lower edge is
 * not: triangles that share an edge leave no gap and cover nothing twice.
 */
export function fillTriangle(
  { width, height, nearness, colors }: Canvas,
  corners: Float64Array,
  color: number,
): void {
  let [top, middle, bottom] = [0, 3, 6];
  if (corners[middle + 1] < corners[top + 1]) [top, middle] = [middle, top];
  if (corners[bottom + 1] < corners[middle + 1]) [middle, bottom] = [bottom, middle];
  if (corners[middle + 1] < corners[top + 1]) [top, middle] = [middle, top];
  const [u, v] = [corners[top], corners[top + 1]];
  const [middleU, middleV] = [corners[middle], corners[middle + 1]];
  const [bottomU, bottomV] = [corners[bottom], corners[bottom + 1]];

  const first = Math.max(0, Math.ceil(v - 0.5));
  const last = Math.min(height, Math.ceil(bottomV - 0.5));
  const area = (middleU - u) * (bottomV - v) - (bottomU - u) * (middleV - v);
  if (first >= last || Math.abs(area) < smallest) return;
  const [toMiddle, toBottom] = [
    corners[middle + 2] - corners[top + 2],
    corners[bottom + 2] - corners[top + 2],
  ];
  const perU = (toMiddle * (bottomV - v) - toBottom * (middleV - v)) / area;
  const perV = ((middleU - u) * toBottom - (bottomU - u) * toMiddle) / area;

  // Each edge is followed from its upper end, so that it is the same numbers in both triangles.
  const long = (bottomU - u) / (bottomV - v);
  const upper = (middleU - u) / (middleV - v);
  const lower = (bottomU - middleU) / (bottomV - middleV);
  for (let row = first; row < last; row++) {
    const y = row + 0.5;
    const one = u + (y - v) * long;
    const other = y < middleV ? u + (y - v) * upper : middleU + (y - middleV) * lower;
    const begin = Math.max(0, Math.ceil((area > 0 ? one : other) - 0.5));
    const end = Math.min(width, Math.ceil((area > 0 ? other : one) - 0.5));
    const start = corners[top + 2] + (y - v) * perV + (0.5 - u) * perU;
    for (let column = begin; column < end; column++) {
      const near = start + column * perU;
      const at = row * width + column;
      if (near > nearness[at]) {
        nearness[at] = near;
        colors[at] = color;
      }
    }
  }
}
