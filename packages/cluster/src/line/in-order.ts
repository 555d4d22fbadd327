/** Parts that are on their way at once. */
export const WINDOW = 8;

/** Sends parts 0 … count − 1, a few at a time; rejects with the first error, and begins no part after it. */
export async function inOrder(count: number, send: (part: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    try {
      while (next < count) await send(next++);
    } catch (error) {
      next = count;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: Math.min(WINDOW, count) }, lane));
}
