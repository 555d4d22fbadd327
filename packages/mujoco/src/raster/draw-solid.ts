import { ahead } from './ahead.ts';
import { type Camera, focalLength, near, placed, type Solid } from './camera.ts';
import { type Canvas, packed } from './canvas.ts';
import { fillTriangle } from './fill-triangle.ts';

/** Where the light comes from, in the axes of the world: from above, from one side more than from the other. */
const light = [0.36, 0.24, 0.9] as const;

/** What one solid after another is worked out in. */
export interface Workspace {
  /** rows [R | t] [3, 4] */
  readonly pose: Float64Array;
  /** vertices before the camera [V, 3]: x right, y down, z ahead, m */
  readonly seen: Float64Array;
  /** the same in the picture [V, 3]: u and v, pixels from the upper left, and 1/z; of those that are near enough ahead */
  readonly projected: Float64Array;
  /** a triangle before the camera and in the picture [3, 3] */
  readonly triangle: Float64Array;
  /** what is left of it when it is cut [4, 3] */
  readonly polygon: Float64Array;
}

/** A workspace for solids of up to so many vertices. */
export function workspace(vertices: number): Workspace {
  return {
    pose: new Float64Array(12),
    seen: new Float64Array(3 * vertices),
    projected: new Float64Array(3 * vertices),
    triangle: new Float64Array(9),
    polygon: new Float64Array(12),
  };
}

/**
 * Draws what a camera sees of a solid: u = width / 2 + f x / z, v = height / 2 + f y / z. Each triangle that faces the camera
 * has the solid's colour times 0.6 + 0.4 n·l, with its normal n and the direction of the light l.
 */
export function drawSolid(canvas: Canvas, camera: Camera, solid: Solid, work: Workspace): void {
  const focal = focalLength(camera, canvas.height);
  placed(camera, solid, work.pose);
  if (!isInView(canvas, focal, solid.surface.radius, work.pose)) return;
  project(canvas, focal, solid.surface.vertices, work);

  const { vertices, faces, normals } = solid.surface;
  const { pose, seen, projected, triangle } = work;
  const [eyeX, eyeY, eyeZ] = turnedBack(pose, 4, [-pose[3], -pose[7], -pose[11]]);
  const [lightX, lightY, lightZ] = turnedBack(solid.rotation, 3, light);
  for (let face = 0; face < faces.length; face += 3) {
    const x = normals[face];
    const y = normals[face + 1];
    const z = normals[face + 2];
    const a = 3 * faces[face];
    if (x * (eyeX - vertices[a]) + y * (eyeY - vertices[a + 1]) + z * (eyeZ - vertices[a + 2]) <= 0) continue;
    const b = 3 * faces[face + 1];
    const c = 3 * faces[face + 2];
    const isAhead = seen[a + 2] >= near && seen[b + 2] >= near && seen[c + 2] >= near;
    if (isAhead && !hasPixels(canvas, projected, a, b, c)) continue;
    const shade = packed(solid.color, 0.6 + 0.4 * (x * lightX + y * lightY + z * lightZ));
    if (isAhead) {
      take(projected, a, b, c, triangle);
      fillTriangle(canvas, triangle, shade);
    } else {
      take(seen, a, b, c, triangle);
      fillCut(canvas, focal, work, shade);
    }
  }
}

/** Whether any of a sphere about the solid's origin may be in the picture. */
function isInView({ width, height }: Canvas, focal: number, radius: number, pose: Float64Array): boolean {
  const [x, y, z] = [Math.abs(pose[3]), Math.abs(pose[7]), pose[11]];
  return (
    z + radius >= near &&
    focal * x - (width / 2) * z <= radius * Math.hypot(focal, width / 2) &&
    focal * y - (height / 2) * z <= radius * Math.hypot(focal, height / 2)
  );
}

function project(
  { width, height }: Canvas,
  focal: number,
  vertices: Float32Array,
  { pose, seen, projected }: Workspace,
): void {
  for (let i = 0; i < vertices.length; i += 3) {
    const x = vertices[i];
    const y = vertices[i + 1];
    const z = vertices[i + 2];
    const right = pose[0] * x + pose[1] * y + pose[2] * z + pose[3];
    const down = pose[4] * x + pose[5] * y + pose[6] * z + pose[7];
    const far = pose[8] * x + pose[9] * y + pose[10] * z + pose[11];
    seen[i] = right;
    seen[i + 1] = down;
    seen[i + 2] = far;
    projected[i] = width / 2 + (focal * right) / far;
    projected[i + 1] = height / 2 + (focal * down) / far;
    projected[i + 2] = 1 / far;
  }
}

/** Rᵀ v for the rotation R in the first three columns of rows that are `stride` numbers apart. */
function turnedBack(
  rows: ArrayLike<number>,
  stride: number,
  [x, y, z]: readonly [number, number, number],
): [number, number, number] {
  const column = (i: number): number => rows[i] * x + rows[stride + i] * y + rows[2 * stride + i] * z;
  return [column(0), column(1), column(2)];
}

/** Whether the middle of any pixel may lie in a triangle: most of a fine mesh have none. */
function hasPixels(
  { width, height }: Canvas,
  projected: Float64Array,
  a: number,
  b: number,
  c: number,
): boolean {
  const left = Math.min(projected[a], projected[b], projected[c]);
  const right = Math.max(projected[a], projected[b], projected[c]);
  if (Math.max(0, Math.ceil(left - 0.5)) >= Math.min(width, Math.ceil(right - 0.5))) return false;
  const top = Math.min(projected[a + 1], projected[b + 1], projected[c + 1]);
  const bottom = Math.max(projected[a + 1], projected[b + 1], projected[c + 1]);
  return Math.max(0, Math.ceil(top - 0.5)) < Math.min(height, Math.ceil(bottom - 0.5));
}

/** Copies three vertices into a triangle [3, 3]. */
function take(vertices: Float64Array, a: number, b: number, c: number, into: Float64Array): void {
  for (let i = 0; i < 3; i++) {
    into[i] = vertices[a + i];
    into[3 + i] = vertices[b + i];
    into[6 + i] = vertices[c + i];
  }
}

/** Draws what is ahead of the triangle before the camera in `work.triangle`. */
function fillCut(canvas: Canvas, focal: number, work: Workspace, shade: number): void {
  const { triangle, polygon } = work;
  const count = ahead(triangle, near, polygon);
  for (let i = 0; i < 3 * count; i += 3) {
    const far = polygon[i + 2];
    polygon[i] = canvas.width / 2 + (focal * polygon[i]) / far;
    polygon[i + 1] = canvas.height / 2 + (focal * polygon[i + 1]) / far;
    polygon[i + 2] = 1 / far;
  }
  for (let corner = 1; corner + 1 < count; corner++) {
    take(polygon, 0, 3 * corner, 3 * corner + 3, triangle);
    fillTriangle(canvas, triangle, shade);
  }
}
