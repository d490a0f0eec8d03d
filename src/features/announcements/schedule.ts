import type { Schedule } from '../../db/schema.ts';
import type { Programme } from '../../programme.ts';

/** Seconds between the press on Send and the first message, in which Send can be undone. */
export const UNDO = 30;

type Zones = Pick<Programme, 'zones'>;

/** When sending starts, if it is let go `now`. Never before the time to undo is over. */
export function startOf(schedule: Schedule | null, programme: Zones, now: Temporal.Instant): Temporal.Instant {
  const undone = now.add({ seconds: UNDO });
  if (schedule === null) return undone;
  const planned = schedule.kind === 'at' ? Temporal.Instant.from(schedule.at) : firstAt(schedule, programme);
  return Temporal.Instant.compare(planned, undone) > 0 ? planned : undone;
}

type OwnTime = Extract<Schedule, { kind: 'own time' }>;

/** When the first zone of the programme reaches an hour of the recipients' own. */
function firstAt(schedule: OwnTime, { zones }: Zones): Temporal.Instant {
  const [first] = zones.map(({ zone }) => inZone(schedule, zone)).toSorted((a, b) => Temporal.Instant.compare(a, b));
  return first!;
}

/** When somebody in this zone gets it. */
export function inZone({ date, time }: OwnTime, zone: string): Temporal.Instant {
  return Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: zone, plainTime: time }).toInstant();
}

/** The zone of the programme in which an hour comes last: as long as it is ahead there, somebody gets it on time. */
export function lastZone({ zones }: Zones, now: Temporal.Instant): string {
  const offset = (zone: string) => now.toZonedDateTimeISO(zone).offsetNanoseconds;
  const [last] = zones.map(({ zone }) => zone).toSorted((a, b) => offset(a) - offset(b));
  return last!;
}
