/**
 * The ts blocks of a README as one program whose lines have the numbers that they have there. A line
 * `expression; //=> text` is an assertion that the value equals what the text evaluates to.
 */
export function snippet(readme: string): string {
  let inside = false;
  const [, ...lines] = readme.split('\n').map((line) => {
    if (line.startsWith('```')) inside = line === '```ts';
    return inside && !line.startsWith('```')
      ? line.replace(/^(.+); \/\/=> (.+)$/, 'assert.deepEqual($1, $2);')
      : '';
  });
  return ["import assert from 'node:assert/strict';", ...lines].join('\n');
}
