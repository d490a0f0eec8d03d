CREATE TABLE "alert" (
	"kind" text PRIMARY KEY,
	"since" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dead_letter" (
	"update_id" bigint PRIMARY KEY,
	"payload" jsonb,
	"user_id" bigint,
	"error" text NOT NULL,
	"attempts" smallint NOT NULL,
	"died_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "erasure" (
	"person_id" bigint PRIMARY KEY,
	"erased_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "segment" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "segment_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL UNIQUE,
	"audience" jsonb NOT NULL,
	"created_by" bigint,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "worker" (
	"id" text PRIMARY KEY,
	"seen_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
DROP INDEX "message_person_id_index";--> statement-breakpoint
ALTER TABLE "announcement" ADD COLUMN "buttons" jsonb DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE "announcement" ADD COLUMN "schedule" jsonb;--> statement-breakpoint
ALTER TABLE "announcement" ADD COLUMN "revision" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "announcement" ADD COLUMN "approved_by" bigint;--> statement-breakpoint
ALTER TABLE "announcement" ADD COLUMN "approved_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "announcement" ADD COLUMN "starts_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "announcement" ADD COLUMN "started_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "announcement" ADD COLUMN "recalled_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "announcement_text" ADD COLUMN "media" jsonb;--> statement-breakpoint
ALTER TABLE "inbox" ADD COLUMN "user_id" bigint;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "held" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "digest_id" bigint;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "repeats" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "fence" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "pace" ADD COLUMN "outage_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "pace" ADD COLUMN "probe_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "pace" ADD COLUMN "held_since" timestamp with time zone;--> statement-breakpoint
DROP INDEX "inbox_open";--> statement-breakpoint
CREATE INDEX "inbox_open" ON "inbox" ("user_id","update_id") WHERE "done_at" is null;--> statement-breakpoint
DROP INDEX "message_due";--> statement-breakpoint
CREATE INDEX "message_due" ON "message" ("bulk","due_at","id") WHERE "state" = 'queued' and "digest_id" is null;--> statement-breakpoint
CREATE INDEX "announcement_live" ON "announcement" ("state") WHERE "state" in ('scheduled', 'sending', 'paused');--> statement-breakpoint
CREATE INDEX "dead_letter_user_id_index" ON "dead_letter" ("user_id");--> statement-breakpoint
CREATE INDEX "dead_letter_died_at_index" ON "dead_letter" ("died_at");--> statement-breakpoint
CREATE INDEX "message_digest" ON "message" ("digest_id") WHERE "digest_id" is not null;--> statement-breakpoint
CREATE INDEX "message_person_id_sent_at_index" ON "message" ("person_id","sent_at");--> statement-breakpoint
ALTER TABLE "announcement" ADD CONSTRAINT "announcement_approved_by_person_id_fkey" FOREIGN KEY ("approved_by") REFERENCES "person"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "message" ADD CONSTRAINT "message_digest_id_message_id_fkey" FOREIGN KEY ("digest_id") REFERENCES "message"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "segment" ADD CONSTRAINT "segment_created_by_person_id_fkey" FOREIGN KEY ("created_by") REFERENCES "person"("id") ON DELETE SET NULL;