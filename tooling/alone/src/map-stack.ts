import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join } from 'node:path';

/** The stack of an error in a bundle, in words of the files that were bundled. */
export function mapStack(stack: string, dist: string): string {
  return stack.replaceAll(/https?:\S+\/(assets\/[^:/]+\.js):(\d+):(\d+)/g, (place, file, line, column) => {
    const map = new SourceMap(JSON.parse(readFileSync(join(dist, `${file}.map`), 'utf8')));
    const origin = map.findEntry(Number(line) - 1, Number(column) - 1);
    return 'originalSource' in origin ? `${origin.originalSource}:${origin.originalLine + 1}` : place;
  });
}
