/** MuJoCo's message on a model as one line, the same of both builds, which put words of their own in front and break it elsewhere. */
export function compileError(message: string): string {
  const bare = message.replace(/^(?:MuJoCo Error: |Loading error: |XML Error: |Error: )+/, '').trim();
  const line = bare.replaceAll(/(:?)\s*\n\s*/g, (_, colon: string) => (colon === '' ? ', ' : ': '));
  return `MuJoCo: ${line}`;
}
