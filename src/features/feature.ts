import type { Route } from '../bot/routes.ts';
import type { Occasion } from '../delivery/agenda.ts';
import type { Messages } from '../delivery/messages.ts';
import type { Job } from '../delivery/planner.ts';
import type { Form } from '../forms/form.ts';

/** What a feature gives to the house: ways in, forms, kinds of messages, and what falls due by time. */
export type Feature = {
  name: string;
  routes?: Route[];
  forms?: Form[];
  messages?: Messages;
  occasions?: Occasion[];
  jobs?: Job[];
};
