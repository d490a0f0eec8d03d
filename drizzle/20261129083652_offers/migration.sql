ALTER TABLE "event" ADD COLUMN "offer_hours" smallint;--> statement-breakpoint
ALTER TABLE "event" ADD COLUMN "waiting_order" text DEFAULT 'fifo' NOT NULL;--> statement-breakpoint
ALTER TABLE "event" ADD COLUMN "lottery_seed" text DEFAULT gen_random_uuid() NOT NULL;--> statement-breakpoint
ALTER TABLE "registration" ADD COLUMN "offered_until" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "registration_offered" ON "registration" ("offered_until") WHERE "offered_until" is not null;--> statement-breakpoint
ALTER TABLE "event" ADD CONSTRAINT "event_offer_hours_positive" CHECK ("offer_hours" > 0);--> statement-breakpoint
ALTER TABLE "registration" ADD CONSTRAINT "registration_offered_until" CHECK (("status" = 'offered') = ("offered_until" is not null));