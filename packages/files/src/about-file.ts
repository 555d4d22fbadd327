/** What of a message is told; the rest may be as long as a file. */
const longest = 1000;

/** What is wrong with a file, `error`, as an Error that begins with the file's `name`. */
export function aboutFile(name: string, error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  const told = message.length > longest ? `${message.slice(0, longest)} …` : message;
  return new Error(`${name}: ${told}`, { cause: error });
}
