import type { Drawable, Env } from '@dppo/env';

export function isDrawable(env: Env & Partial<Drawable>): env is Env & Drawable {
  return typeof env.draw === 'function';
}

/** @throws Error where an environment of one's own has no `draw` */
export function drawable(env: Env & Partial<Drawable>, name: string): Env & Drawable {
  if (!isDrawable(env)) throw new Error(`environment ${name}: cannot be drawn, wanted one with draw()`);
  return env;
}
