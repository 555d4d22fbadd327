import type { Point, Rod } from '../src/rod.ts';
import type { Chunks } from '../src/sampler.ts';
import { line, type Window, within } from './canvas.ts';

const columns = 7;
const panel = { width: 82, height: 86, pitch: 86, caption: 20 };
const dark = matchMedia('(prefers-color-scheme: dark)');

/** A colour of the page's style, which has one for light and one for dark. */
const styled = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name);

/** A colour of the course, which is made for light paper; on dark paper a third lighter. */
const shade = (color: readonly number[]): string =>
  `rgb(${color.map((value) => (dark.matches ? value + (255 - value) * 0.35 : value)).join(' ')})`;

export interface Pictures {
  /** The course with the rod, and where the chunks of one step would take it. */
  readonly course: (rod: Rod, chunks?: Chunks) => void;
  /** The same chunks from near, as one picture of the chain. */
  readonly step: (rod: Rod, chunks: Chunks, index: number, count: number) => void;
  readonly clearChain: () => void;
}

/** The two pictures of the page; they follow its colours. */
export function pictures(courseCanvas: HTMLCanvasElement, chainCanvas: HTMLCanvasElement): Pictures {
  const [onCourse, onChain] = [courseCanvas, chainCanvas].map(contextOf);
  const { width, height } = courseCanvas;
  const window: Window = { center: [0.5, 0.08], scale: 680, left: 0, top: 0, width, height };
  let drawCourse: (() => void) | undefined;
  let drawSteps: readonly (() => void)[] = [];
  const clear = (): void => onChain.clearRect(0, 0, chainCanvas.width, chainCanvas.height);
  dark.addEventListener('change', () => {
    drawCourse?.();
    clear();
    for (const drawStep of drawSteps) drawStep();
  });

  return {
    course: (rod, chunks = []) => {
      const { shapes } = rod.draw();
      const paths = chunks.map(rod.path);
      drawCourse = () =>
        within(onCourse, window, () => {
          for (const { from, to, radius, color } of shapes)
            line(onCourse, [from, to], shade(color), 2 * radius);
          drawPaths(onCourse, paths, 0.003);
        });
      drawCourse();
    },
    step: (rod, chunks, index, count) => {
      const left = (index % columns) * panel.pitch + 2;
      const top = Math.floor(index / columns) * (panel.height + panel.caption) + panel.caption;
      const caption = index === 0 ? 'noise' : index === count - 1 ? 'actions' : `step ${index}`;
      const [x, y] = rod.position();
      const near: Window = { ...panel, center: [x, y + 0.07], scale: 400, left, top };
      const paths = chunks.map(rod.path);
      const drawStep = (): void => {
        onChain.fillStyle = styled('--faint');
        onChain.font = '12px Helvetica, Arial, sans-serif';
        onChain.fillText(caption, left + 2, top - 5);
        within(onChain, near, () => drawPaths(onChain, paths, 0.004));
        onChain.strokeStyle = styled('--frame');
        onChain.strokeRect(left, top, panel.width, panel.height);
      };
      drawSteps = [...drawSteps, drawStep];
      drawStep();
    },
    clearChain: () => {
      drawSteps = [];
      clear();
    },
  };
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('the browser does not draw on a canvas');
  return context;
}

/** The first path is that of the chunk that is taken. */
function drawPaths(
  context: CanvasRenderingContext2D,
  paths: readonly (readonly Point[])[],
  width: number,
): void {
  const [taken, others] = [styled('--taken'), styled('--others')];
  for (const path of paths.slice(1)) line(context, path, others, width / 2);
  for (const path of paths.slice(0, 1)) line(context, path, taken, width);
}
