import type { Drawable, Env, Pictured } from '@dppo/env';

/** An environment that draws itself, or has cameras, or both. */
export type Visible = Env & Partial<Drawable & Pictured> & (Drawable | Pictured);

/** One of one's own need not be visible. */
export type MaybeVisible = Env & Partial<Drawable & Pictured>;

export function isVisible(env: MaybeVisible): env is Visible {
  return typeof env.draw === 'function' || typeof env.picture === 'function';
}

/** @throws Error where an environment of one's own has neither `draw` nor `picture` */
export function visible(env: MaybeVisible, name: string): Visible {
  if (isVisible(env)) return env;
  throw new Error(`environment ${name}: cannot be drawn, wanted one with draw() or picture()`);
}
