import { dt } from './start.ts';
import type { World } from './world.ts';

/** Steps of the engine in a step of 0.1 s. */
const substeps = 10;
/** Of the spring that pulls the disc, s⁻² and s⁻¹. */
const stiffness = 100;
const damping = 20;

/** Moves a world for 0.1 s while its disc is pulled to (x, y): v ← v + (100·(target − position) − 20·v)·dt before each step of the engine. */
export function follow(world: World, x: number, y: number): void {
  const { agent } = world;
  for (let i = 0; i < substeps; i++) {
    agent.vx += (stiffness * (x - agent.x) - damping * agent.vx) * dt;
    agent.vy += (stiffness * (y - agent.y) - damping * agent.vy) * dt;
    world.step(dt);
  }
}
