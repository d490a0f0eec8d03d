/** postgres.js's and our own codes for a connection that is gone or could not be made. */
const DRIVER = /^CONNECT(ION)?_/;
/**
 * connection_exception, insufficient_resources (no connection left, a full disk) and operator_intervention, e.g. a shutdown
 * (PostgreSQL manual, appendix A).
 */
const SERVER = /^(08|53|57P0)/;

/**
 * True when the database did not answer, as opposed to refusing a statement: what failed may be tried again later.
 * Drizzle wraps what the driver said as the cause; a socket that was never made carries the system's code there.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  if (DRIVER.test(code) || SERVER.test(code)) return true;
  const query = error.message.startsWith('Failed query');
  const systemCode = query && error.cause instanceof Error && 'syscall' in error.cause;
  return systemCode || isDatabaseAway(error.cause);
}

/** True when the server rolled a statement back because two waited for each other: it may be tried again at once. */
export function isDeadlock(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === '40P01') || isDeadlock(error.cause);
}
