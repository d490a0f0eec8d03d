import type { Hono } from 'hono';
import type { Route } from '../bot/routes.ts';
import type { Occasion } from '../delivery/agenda.ts';
import type { Messages } from '../delivery/messages.ts';
import type { Job } from '../delivery/planner.ts';
import type { Form } from '../forms/form.ts';

/** What a feature gives to the house: ways in, forms, kinds of messages, pages, and what falls due by time. */
export type Feature = {
  name: string;
  routes?: Route[];
  forms?: Form[];
  messages?: Messages;
  /** Adds pages for browsers and calendars, which have no person: what they show follows from their address alone. */
  pages?: (http: Hono) => void;
  occasions?: Occasion[];
  jobs?: Job[];
};
