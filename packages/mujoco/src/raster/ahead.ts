/**
 * The part of a triangle that is at least `near` ahead, a polygon whose corners go round as the triangle's do: writes them into
 * `into` [4, 3] and returns how many they are, 0, 3 or 4. `corners` [3, 3] are x, y and z, where z is ahead.
 */
export function ahead(corners: Float64Array, near: number, into: Float64Array): number {
  let count = 0;
  for (let corner = 0; corner < 9; corner += 3) {
    const next = (corner + 3) % 9;
    const isAhead = corners[corner + 2] >= near;
    if (isAhead) {
      for (let i = 0; i < 3; i++) into[3 * count + i] = corners[corner + i];
      count += 1;
    }
    if (isAhead === corners[next + 2] >= near) continue;
    // From the end that is ahead, so that it is the same point in both triangles at the edge.
    const [from, to] = isAhead ? [corner, next] : [next, corner];
    const share = (near - corners[from + 2]) / (corners[to + 2] - corners[from + 2]);
    for (let i = 0; i < 2; i++) {
      into[3 * count + i] = corners[from + i] + share * (corners[to + i] - corners[from + i]);
    }
    into[3 * count + 2] = near;
    count += 1;
  }
  return count;
}
