import { body, colors, element } from './element.ts';
import { solid } from './lift-model.ts';
import { camera, filmview, scene, table } from './scene.ts';

// ±0.45, as the original's sum of widths comes out.
const aside = 0.44999999999999996;
// Quarter turns, as the original rounds them.
/* oxlint-disable oxc/approx-constant */
const h = 0.7071067690849304;
const along = [0.707106, 0, 0.707106, 0];
const quarter = 0.7071067811865476;
const threeQuarters = 0.7071067811865475;
/* oxlint-enable oxc/approx-constant */

/** The three bins; what is to be thrown away has the colour of where it belongs. */
const bins = {
  transport_start_bin: colors.bin,
  transport_target_bin: colors.target,
  transport_trash_bin: colors.other,
};

/**
 * Transport: two arms facing one another over two tables, three bins, a lid, a hammer whose head has this half size (m), and a cube to
 * throw away. Its numbers are those of robosuite 1.4.1's two_arm_transport.py, transport.py, hammer.py, bin.py and lid.py (MIT).
 */
export function transportModel(head: number): string {
  return scene({
    memory: '4M',
    bases: [
      { pos: [-3.4290110376125894e-17, -0.81, 0.912], quat: [h, 0, 0, h] },
      { pos: [-3.4290110376125894e-17, 0.81, 0.912], quat: [h, 0, 0, -h] },
    ],
    arena: [
      table('table0', { height: 0.8, y: -aside, depth: 0.15 }),
      table('table1', { height: 0.8, y: aside, depth: 0.15 }),
      filmview({ from: [2.1, 0, 2.1], at: [0, 0, 0.98], fovy: 34 }),
      camera('agentview', [0.8894354364730311, 0, 1.7383813133506494], [0.6531, 0.271, 0.271, 0.6531]),
      camera(
        'shouldercamera0',
        [0.4430096057365183, -1.0697399743660143, 1.3639950119362048],
        [0.804057240486145, 0.5531665086746216, 0.11286306381225586, 0.18644218146800995],
      ),
      camera(
        'shouldercamera1',
        [-0.40900713993039983, 0.9613722572245063, 1.3084072951772754],
        [0.15484197437763214, 0.12077208608388901, -0.5476858019828796, -0.8133130073547363],
      ),
    ],
    objects: [
      body('payload_root', {}, free('payload_joint0'), ...hammer(head)),
      body(
        'trash_main',
        {},
        element('geom', {
          name: 'trash_g0',
          type: 'box',
          size: [0.02, 0.02, 0.02],
          group: 0,
          ...solid,
          rgba: colors.other,
        }),
        free('trash_joint0'),
      ),
      ...Object.entries(bins).map(([name, color]) =>
        body(`${name}_root`, {}, free(`${name}_joint0`), ...bin(name, color)),
      ),
      body(
        'transport_start_bin_lid_root',
        {},
        free('transport_start_bin_lid_joint0'),
        part('transport_start_bin_lid_top', colors.table, {
          density: 250,
          pos: [0, 0, -0.015],
          size: [0.15, 0.15, 0.005],
        }),
        part('transport_start_bin_lid_handle', colors.table, {
          density: 500,
          pos: [0, 0, 0.005000000000000001],
          size: [0.01, 0.04, 0.015],
        }),
      ),
    ],
  });
}

function free(name: string): string {
  return element('joint', { name, type: 'free' });
}

interface Part {
  readonly type?: string;
  readonly density: number;
  readonly friction?: readonly number[];
  readonly pos: readonly number[];
  readonly quat?: readonly number[];
  readonly size: readonly number[];
}

function part(name: string, rgba: readonly number[], { type = 'box', ...rest }: Part): string {
  return element('geom', { name, type, group: 0, ...solid, ...rest, rgba });
}

function hammer(r: number): string[] {
  const z = 0.1 + r;
  const density = 225;
  return [
    part('payload_handle', colors.object, {
      density: 150,
      friction: [4, 0.005, 0.0001],
      pos: [0, 0, 0],
      size: [0.015, 0.015, 0.1],
    }),
    part('payload_head', colors.object, { density, pos: [0, 0, z], size: [2 * r, r, r] }),
    part('payload_neck', colors.object, {
      type: 'cylinder',
      density,
      pos: [2.2 * r, 0, z],
      quat: along,
      size: [0.8 * r, 0.2 * r],
    }),
    part('payload_face', colors.object, {
      type: 'cylinder',
      density,
      pos: [2.8 * r, 0, z],
      quat: along,
      size: [r, 0.4 * r],
    }),
    part('payload_claw', colors.object, {
      density,
      pos: [-2 * r, 0, z],
      quat: [0.9238795, 0, 0.3826834, 0],
      size: [0.7072 * r, 0.95 * r, 0.7072 * r],
    }),
  ];
}

function bin(name: string, color: readonly number[]): string[] {
  const density = 10000;
  const walls = [
    { pos: [0, -0.145, 0], quat: [quarter, 0, 0, threeQuarters] },
    { pos: [-0.145, 0, 0], quat: [1, 0, 0, 0] },
    { pos: [0, 0.145, 0], quat: [quarter, 0, 0, -threeQuarters] },
    { pos: [0.145, 0, 0], quat: [6.123233995736766e-17, 0, 0, 1] },
  ];
  return [
    part(`${name}_base`, color, { density, pos: [0, 0, -0.06999999999999999], size: [0.145, 0.145, 0.005] }),
    ...walls.map((wall, i) =>
      part(`${name}_wall${i}`, color, { density, size: [0.005, 0.15, 0.075], ...wall }),
    ),
  ];
}
