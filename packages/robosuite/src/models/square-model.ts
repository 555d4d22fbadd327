import type { Objects } from './can-model.ts';
import { body, colors, element } from './element.ts';
import { camera, filmview, scene, table } from './scene.ts';

/** Boxes of a nut: centre, half sizes, and a turn about z, rad. */
type Parts = readonly { pos: readonly number[]; size: readonly number[]; turn?: number }[];

const eighth = 0.785398;
const square: Parts = [
  { pos: [-0.03325, 0, 0], size: [0.0105, 0.04375, 0.01] },
  { pos: [0, 0.03325, 0], size: [0.03125, 0.0105, 0.01] },
  { pos: [0, -0.03325, 0], size: [0.03125, 0.0105, 0.01] },
  { pos: [0.03325, 0, 0], size: [0.0105, 0.04375, 0.01] },
  { pos: [0.054, 0, 0], size: [0.02525, 0.015875, 0.01] },
];
const [upright, flat] = [
  [0.01125, 0.0225, 0.01],
  [0.0225, 0.01125, 0.01],
];
const round: Parts = [
  { pos: [-0.04245, 0, 0], size: upright },
  { pos: [0.04245, 0, 0], size: upright },
  { pos: [0, -0.04245, 0], size: flat },
  { pos: [0, 0.04245, 0], size: flat },
  { pos: [-0.03, -0.03, 0], size: upright, turn: eighth },
  { pos: [0.03, 0.03, 0], size: upright, turn: eighth },
  { pos: [0.03, -0.03, 0], size: flat, turn: eighth },
  { pos: [-0.03, 0.03, 0], size: flat, turn: eighth },
  { pos: [0.06, 0, 0], size: [0.02525, 0.015875, 0.01] },
];

/**
 * Square: a square nut with a handle, and a square peg and a round one on a table. Its numbers are those of robosuite 1.4.1's
 * nut_assembly.py, pegs_arena.xml, square-nut.xml and round-nut.xml (MIT).
 */
export function squareModel(objects: Objects): string {
  return scene({
    memory: '1M',
    bases: [{ pos: [-0.56, 0, 0.912] }],
    arena: [
      table('table', { height: 0.82 }),
      peg('peg1', 0.1, { type: 'box', size: [0.016, 0.016, 0.1] }),
      peg('peg2', -0.1, { type: 'cylinder', size: [0.02, 0.1] }),
      filmview({ from: [1.05, 0.7, 1.55], at: [-0.04, 0.04, 0.95], fovy: 27 }),
      camera('agentview', [0.5, 0, 1.35], [0.653, 0.271, 0.271, 0.653]),
      camera('frontview', [1.6, 0, 1.45], [0.56, 0.43, 0.43, 0.56]),
    ],
    objects: [nut('SquareNut', square, 0.054), ...(objects === 'full' ? [nut('RoundNut', round, 0.06)] : [])],
  });
}

function peg(
  name: string,
  y: number,
  geom: { readonly type: string; readonly size: readonly number[] },
): string {
  return body(
    name,
    { pos: [0.23, y, 0.85] },
    element('geom', { name: `${name}_g0`, ...geom, group: 0, rgba: colors.target }),
  );
}

function nut(name: string, parts: Parts, handle: number): string {
  return body(
    `${name}_main`,
    {},
    ...parts.map(({ pos, size, turn }, i) =>
      element('geom', {
        name: `${name}_g${i}`,
        type: 'box',
        pos,
        size,
        ...(turn !== undefined && { axisangle: [0, 0, 1, turn] }),
        group: 0,
        condim: 4,
        density: 100,
        friction: [0.95, 0.3, name === 'SquareNut' && i === 0 ? 0.2 : 0.1],
        solref: [0.02, 1],
        solimp: [0.998, 0.998, 0.001],
        rgba: name === 'SquareNut' ? colors.object : colors.other,
      }),
    ),
    element('site', { name: `${name}_handle_site`, pos: [handle, 0, 0], size: 0.005, rgba: [1, 0, 0, 0] }),
    element('joint', { name: `${name}_joint0`, type: 'free', damping: 0.0005 }),
  );
}
