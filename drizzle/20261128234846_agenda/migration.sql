CREATE TABLE "agenda" (
	"event_id" bigint PRIMARY KEY,
	"since" timestamp with time zone DEFAULT 'epoch' NOT NULL,
	"until" timestamp with time zone DEFAULT 'epoch'
);
--> statement-breakpoint
ALTER TABLE "message" DROP CONSTRAINT "message_event_id_event_id_fkey";--> statement-breakpoint
ALTER TABLE "message" DROP CONSTRAINT "message_announcement_id_announcement_id_fkey";--> statement-breakpoint
ALTER TABLE "message" DROP CONSTRAINT "message_digest_id_message_id_fkey";--> statement-breakpoint
DROP INDEX "message_event_id_index";--> statement-breakpoint
CREATE INDEX "message_event_id_index" ON "message" ("event_id") WHERE "event_id" is not null;--> statement-breakpoint
CREATE INDEX "agenda_until_index" ON "agenda" ("until");--> statement-breakpoint
CREATE INDEX "agenda_since_index" ON "agenda" ("since");--> statement-breakpoint
CREATE INDEX "response_submitted_at_index" ON "response" ("submitted_at") WHERE "submitted_at" is not null;--> statement-breakpoint
ALTER TABLE "agenda" ADD CONSTRAINT "agenda_event_id_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE CASCADE;