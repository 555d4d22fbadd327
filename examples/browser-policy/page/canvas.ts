import type { Point } from '../src/rod.ts';

/** A canvas of which a part is a window onto the plane, in metres, y up. */
export interface Window {
  /** What the middle of the window shows. */
  readonly center: Point;
  /** Pixels per metre. */
  readonly scale: number;
  /** The part of the canvas, in pixels. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Calls a function that draws in metres, clipped to the window, which is cleared first. */
export function within(context: CanvasRenderingContext2D, window: Window, draw: () => void): void {
  const { center, scale, left, top, width, height } = window;
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.clearRect(left, top, width, height);
  context.translate(left + width / 2, top + height / 2);
  context.scale(scale, -scale);
  context.translate(-center[0], -center[1]);
  draw();
  context.restore();
}

/** A line with round ends through points, in metres. */
export function line(
  context: CanvasRenderingContext2D,
  points: readonly Point[],
  color: string,
  width: number,
): void {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
}
