import type { Box } from './box.ts';
import { prepare, push, solve } from './contact.ts';
import { discContact } from './disc-contact.ts';
import { atRest, drift, type Motion, poseOf } from './motion.ts';
import { neighbours } from './neighbours.ts';
import { agentRadius, corners, type Pose, tee } from './tee.ts';
import { meet, type Touch, touch } from './touch.ts';
import { wallContacts } from './wall-contacts.ts';
import { wallRadius, walls } from './walls.ts';

/** The disc, which nothing pushes back. */
interface Agent {
  /** Of its middle, px. */
  x: number;
  y: number;
  /** px/s */
  vx: number;
  vy: number;
}

/** A disc, a block and four walls. */
export interface World {
  /** Where the disc is and how it moves; its velocity is set before a step. */
  readonly agent: Agent;
  readonly block: Motion;
  /** Moves all of it for `dt` seconds. */
  step(dt: number): void;
}

const iterations = 10;
/** The numbers of shapes: the walls are the first. */
const disc = walls.length;
const bar = disc + 1;

/** Where gym-pusht makes disc and block before it places them: how shapes lie in Chipmunk's trees begins here. */
const made = { agent: [256, 400], block: { x: 256, y: 300, angle: 0 } } as const;

/**
 * A disc at rest around (x, y) and a block at rest, stepped as Chipmunk 7.0.3 does: positions, contacts, then velocities by ten iterations
 * over the contacts in the order in which they were found.
 *
 * @see https://github.com/slembcke/Chipmunk2D, src/cpSpaceStep.c
 */
export function world(x: number, y: number, pose: Pose): World {
  const agent: Agent = { x: made.agent[0], y: made.agent[1], vx: 0, vy: 0 };
  const block = atRest(made.block);
  const placed = corners(made.block);
  const pairs = tee.map(() => [...walls, disc].map(touch));
  let steps = 0;

  const near = neighbours(
    walls.map(({ from, to }) => grown(boxOf([...from, ...to]), wallRadius)),
    [
      {
        shape: disc,
        box: () => grown(boxOf([agent.x, agent.y]), agentRadius),
        velocity: () => [agent.vx, agent.vy],
      },
      ...tee.map((_, part) => ({
        shape: bar + part,
        box: () => boxOf(placed.subarray(8 * part, 8 * part + 8)),
        velocity: () => [block.vx, block.vy] as const,
      })),
    ],
  );
  Object.assign(agent, { x, y });
  Object.assign(block, atRest(pose));

  function meetWall(part: number, wall: number): Touch | undefined {
    const found = wallContacts(walls[wall], placed.subarray(8 * part, 8 * part + 8));
    if (found === undefined) return undefined;
    const { nx, ny, contacts } = found;
    const points = contacts.map(({ key, x: px, y: py, distance }) => {
      return { key, nx, ny, rx: px - block.x, ry: py - block.y, distance, speed: 0 };
    });
    return meet(pairs[part][wall], points, steps);
  }

  function meetDisc(part: number): Touch | undefined {
    const [cos, sin] = [Math.cos(block.angle), Math.sin(block.angle)];
    const origin = poseOf(block);
    const [dx, dy] = [agent.x - origin.x, agent.y - origin.y];
    const found = discContact(dx * cos + dy * sin, dy * cos - dx * sin, tee[part]);
    if (found === undefined) return undefined;
    const nx = found.nx * cos - found.ny * sin;
    const ny = found.nx * sin + found.ny * cos;
    const rx = origin.x + found.x * cos - found.y * sin - block.x;
    const ry = origin.y + found.x * sin + found.y * cos - block.y;
    const speed = agent.vx * nx + agent.vy * ny;
    return meet(pairs[part][disc], [{ key: 0, nx, ny, rx, ry, distance: found.distance, speed }], steps);
  }

  return {
    agent,
    block,

    step(dt: number): void {
      steps += 1;
      agent.x += agent.vx * dt;
      agent.y += agent.vy * dt;
      drift(block, dt);
      corners(poseOf(block), placed);
      const touching: Touch[] = [];
      near((one, other) => {
        // Of the disc, the walls and the block, only the block gives way.
        const [still, part] = [Math.min(one, other), Math.max(one, other) - bar];
        if (part < 0 || still >= bar) return;
        const found = still === disc ? meetDisc(part) : meetWall(part, still);
        if (found) touching.push(found);
      });
      block.vx = block.vy = block.turning = 0;
      if (touching.length === 0) return;
      const contacts = touching.flatMap((pair) => pair.contacts.slice(0, pair.count));
      for (const at of contacts) prepare(at, dt);
      for (const pair of touching) {
        if (pair.lasting) for (const at of pair.contacts.slice(0, pair.count)) push(at, block);
      }
      for (let i = 0; i < iterations; i++) for (const at of contacts) solve(at, block);
    },
  };
}

/** The box around points [n, 2]. */
function boxOf(points: ArrayLike<number>): Box {
  let [left, right, top, bottom] = [points[0], points[0], points[1], points[1]];
  for (let i = 2; i < points.length; i += 2) {
    left = Math.min(left, points[i]);
    right = Math.max(right, points[i]);
    top = Math.min(top, points[i + 1]);
    bottom = Math.max(bottom, points[i + 1]);
  }
  return { left, right, top, bottom };
}

function grown({ left, right, top, bottom }: Box, by: number): Box {
  return { left: left - by, right: right + by, top: top - by, bottom: bottom + by };
}
