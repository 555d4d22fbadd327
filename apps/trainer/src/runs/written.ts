/**
 * Waits until a file is written.
 *
 * @throws Error naming the file, where the system says only what happened, such as that the disk is full
 */
export async function written(path: string, writing: Promise<void>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${path} could not be written: ${reason}; what was saved before is whole`, {
      cause: error,
    });
  }
}
