/** What is there, and whether it works. */
export interface Check {
  readonly name: string;
  /** Without what is missing, dppo works less well; advice is on options that hardly do what was meant. */
  readonly state: 'works' | 'missing' | 'broken' | 'advice';
  readonly found: string;
}

/** A check that works where `look` tells what it found, and is in another state where it throws. */
export async function tried(
  name: string,
  otherwise: Check['state'],
  look: () => Promise<string>,
): Promise<Check> {
  try {
    return { name, state: 'works', found: await look() };
  } catch (error) {
    return { name, state: otherwise, found: error instanceof Error ? error.message : String(error) };
  }
}
