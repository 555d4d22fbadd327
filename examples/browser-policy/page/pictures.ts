import type { Rod } from '../src/rod.ts';
import type { Chunks } from '../src/sampler.ts';
import { line, type Window, within } from './canvas.ts';

const columns = 7;
const panel = { width: 82, height: 86, pitch: 86, caption: 20 };
const taken = '#d55e00';
const others = 'rgb(0 114 178 / 35%)';

export interface Pictures {
  /** The course with the rod, and where the chunks of one step would take it. */
  readonly course: (rod: Rod, chunks?: Chunks) => void;
  /** The same chunks from near, as one picture of the chain. */
  readonly step: (rod: Rod, chunks: Chunks, index: number, count: number) => void;
  readonly clearChain: () => void;
}

/** The two pictures of the page. */
export function pictures(courseCanvas: HTMLCanvasElement, chainCanvas: HTMLCanvasElement): Pictures {
  const [onCourse, onChain] = [courseCanvas, chainCanvas].map(contextOf);
  const { width, height } = courseCanvas;
  const course: Window = { center: [0.5, 0.08], scale: 680, left: 0, top: 0, width, height };

  return {
    course: (rod, chunks = []) =>
      within(onCourse, course, () => {
        for (const { from, to, radius, color } of rod.draw().shapes) {
          line(onCourse, [from, to], `rgb(${color.join(' ')})`, 2 * radius);
        }
        drawChunks(onCourse, rod, chunks, 0.003);
      }),
    step: (rod, chunks, index, count) => {
      const left = (index % columns) * panel.pitch + 2;
      const top = Math.floor(index / columns) * (panel.height + panel.caption) + panel.caption;
      onChain.fillStyle = '#333';
      onChain.font = '12px Helvetica, Arial, sans-serif';
      onChain.fillText(
        index === 0 ? 'noise' : index === count - 1 ? 'actions' : `step ${index}`,
        left + 2,
        top - 5,
      );
      const [x, y] = rod.position();
      const near: Window = { ...panel, center: [x, y + 0.07], scale: 400, left, top };
      within(onChain, near, () => drawChunks(onChain, rod, chunks, 0.004));
      onChain.strokeStyle = '#ccc';
      onChain.strokeRect(left, top, panel.width, panel.height);
    },
    clearChain: () => onChain.clearRect(0, 0, chainCanvas.width, chainCanvas.height),
  };
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('the browser does not draw on a canvas');
  return context;
}

/** The first chunk is the one that is taken. */
function drawChunks(context: CanvasRenderingContext2D, rod: Rod, chunks: Chunks, width: number): void {
  for (const chunk of chunks.slice(1)) line(context, rod.path(chunk), others, width / 2);
  for (const chunk of chunks.slice(0, 1)) line(context, rod.path(chunk), taken, width);
}
