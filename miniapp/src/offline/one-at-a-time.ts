/** The work as something that may be asked for as often as one likes: one run at a time, and one more for who asked meanwhile. */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  const start = (): Promise<void> => {
    if (running !== undefined) {
      again = true;
      return running;
    }
    running = work().finally(() => {
      running = undefined;
      if (!again) return;
      again = false;
      void start();
    });
    return running;
  };
  return start;
}
