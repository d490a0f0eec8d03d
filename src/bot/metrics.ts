import { Counter, Histogram, Registry } from 'prom-client';
import type { message } from '../db/schema.ts';

type State = (typeof message.$inferSelect)['state'];

/** What a process counts where it happens. What all processes share is read from the database when somebody asks. */
export type Metrics = {
  /** A message came to its end: what became of it. */
  sent(state: State): void;
  /** Telegram said 429. */
  limited(): void;
  /** An update was handled, so many seconds after it was received. */
  updated(seconds: number): void;
};

/** Names and units as Prometheus wants them (prometheus.io, "Metric and label naming"). Labels have few values, all ours. */
export function createMetrics(): Metrics & { registry: Registry } {
  // Not prom-client's own registry, which is one for the whole process: tests run several apps in one.
  const registry = new Registry();
  const registers = [registry];
  const messages = new Counter({
    name: 'bilim_messages_total',
    help: 'Messages of the outbox that this process brought to an end, by what became of them',
    labelNames: ['state'],
    registers,
  });
  const limits = new Counter({ name: 'bilim_telegram_429_total', help: 'How often Telegram asked to wait', registers });
  const updates = new Histogram({
    name: 'bilim_update_seconds',
    help: 'From receiving an update to having handled it',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600],
    registers,
  });
  return {
    registry,
    sent: (state) => messages.inc({ state }),
    limited: () => limits.inc(),
    // A clock that was set back must not make a sum fall.
    updated: (seconds) => updates.observe(Math.max(0, seconds)),
  };
}
