import { field, rodRadius, rows, start } from '@dppo/avoid';

import type { Place, Scene } from './scene.ts';

const cylinders = rows.flat();
const place = ([, , x, y]: Float32Array): Place => [x, y];

/** The course of avoid, along which the rod goes upwards. */
export const avoidScene: Scene = {
  unit: 'm',
  x: [field.left - 0.05, field.right + 0.05],
  y: [start.y - 0.05, field.finish + 0.12],
  scale: 400,
  discs: cylinders.map(({ x, y, radius }) => ({ at: [x, y], radius })),
  lines: [
    {
      places: [
        [field.left, field.finish],
        [field.right, field.finish],
      ],
      color: '#009e73',
      dash: [6, 4],
    },
  ],
  movers: [{ name: 'the rod', placeIn: place }],
  outcomes: [
    { name: 'arrives', color: '#0072b2' },
    { name: 'touches an obstacle', color: '#d55e00' },
    { name: 'does not arrive', color: '#e69f00' },
  ],
  wanted: 'arrive',
  /** Whether it passes the finish inside the field, and nothing before. */
  outcomeOf: (episode) => {
    const places = episode.map(place);
    const touched = places.some(([x, y]) =>
      cylinders.some((cylinder) => Math.hypot(x - cylinder.x, y - cylinder.y) < cylinder.radius + rodRadius),
    );
    if (touched) return 'touches an obstacle';
    const [x, y] = places[places.length - 1];
    return y > field.finish && x >= field.left && x <= field.right ? 'arrives' : 'does not arrive';
  },
};
