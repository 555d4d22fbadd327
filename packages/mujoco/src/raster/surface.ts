/** Triangles about an origin of their own that are seen from outside. */
export interface Surface {
  /** corners [V, 3], m */
  readonly vertices: Float32Array;
  /** three vertices of each triangle [F, 3], counter-clockwise as seen from outside */
  readonly faces: Int32Array;
  /** unit vectors that point outwards [F, 3]; 0 where a triangle has no area */
  readonly normals: Float32Array;
  /** of the sphere about the origin that holds all vertices, m */
  readonly radius: number;
}

/** The surface of `vertices` [V, 3] and `faces` [F, 3]: n = (b − a) × (c − a) / |(b − a) × (c − a)| for a face with corners a, b, c. */
export function surface(vertices: Float32Array, faces: Int32Array): Surface {
  const normals = new Float32Array(faces.length);
  for (let face = 0; face < faces.length; face += 3) {
    const [a, b, c] = [3 * faces[face], 3 * faces[face + 1], 3 * faces[face + 2]];
    const ux = vertices[b] - vertices[a];
    const uy = vertices[b + 1] - vertices[a + 1];
    const uz = vertices[b + 2] - vertices[a + 2];
    const vx = vertices[c] - vertices[a];
    const vy = vertices[c + 1] - vertices[a + 1];
    const vz = vertices[c + 2] - vertices[a + 2];
    const [x, y, z] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    const length = Math.sqrt(x * x + y * y + z * z) || 1;
    normals[face] = x / length;
    normals[face + 1] = y / length;
    normals[face + 2] = z / length;
  }
  let square = 0;
  for (let i = 0; i < vertices.length; i += 3) {
    square = Math.max(square, vertices[i] ** 2 + vertices[i + 1] ** 2 + vertices[i + 2] ** 2);
  }
  return { vertices, faces, normals, radius: Math.sqrt(square) };
}
