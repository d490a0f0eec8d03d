type Quiet = { zone: string; quietFrom: number | null; quietTo: number | null };

const MIDNIGHT = { hour: 0, minute: 0, second: 0, millisecond: 0, microsecond: 0, nanosecond: 0 };

/** The end of the quiet hours that `now` falls in, by the person's clock; null outside of them. */
export function quietUntil({ zone, quietFrom, quietTo }: Quiet, now: Temporal.Instant): Temporal.Instant | null {
  if (quietFrom === null || quietTo === null || quietFrom === quietTo) return null;
  const local = now.toZonedDateTimeISO(zone);
  const { hour } = local;
  const overnight = quietFrom > quietTo;
  const quiet = overnight ? hour >= quietFrom || hour < quietTo : hour >= quietFrom && hour < quietTo;
  if (!quiet) return null;
  const day = overnight && hour >= quietFrom ? local.add({ days: 1 }) : local;
  return day.with({ ...MIDNIGHT, hour: quietTo }).toInstant();
}

/** The first moment of the person's next day at which they may be disturbed. */
export function nextDay(quiet: Quiet, now: Temporal.Instant): Temporal.Instant {
  const midnight = now.toZonedDateTimeISO(quiet.zone).add({ days: 1 }).with(MIDNIGHT).toInstant();
  return quietUntil(quiet, midnight) ?? midnight;
}
