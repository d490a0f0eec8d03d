export type Barrier = ReturnType<typeof createBarrier>;

/**
 * Between what this process has taken and Telegram. The database lets nothing more be taken once it knows that nothing may
 * be sent (claims.ts), but what was taken before has to be held back here. What is taken later was taken because sending is
 * allowed again, whichever process found that out.
 */
export function createBarrier() {
  /** performance.now() */
  let raisedAt = Number.NEGATIVE_INFINITY;

  return {
    /** `tell`: lets all processes know. */
    async raise(tell: () => Promise<void>): Promise<void> {
      raisedAt = Number.POSITIVE_INFINITY;
      try {
        await tell();
      } finally {
        raisedAt = performance.now();
      }
    },
    /** Whether what was taken then (performance.now()), and is not on its way yet, has to stay. */
    holds: (takenAt: number) => takenAt <= raisedAt,
  };
}
