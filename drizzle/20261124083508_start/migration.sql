CREATE TABLE "alumni_profile" (
	"person_id" bigint PRIMARY KEY,
	"since" timestamp with time zone NOT NULL,
	"visible" boolean DEFAULT false NOT NULL,
	"show_agency" boolean DEFAULT false NOT NULL,
	"show_position" boolean DEFAULT false NOT NULL,
	"expertise" text[] DEFAULT '{}'::text[] NOT NULL,
	"about" text,
	"search_keys" tsvector DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "announcement" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "announcement_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"author_id" bigint,
	"audience" jsonb NOT NULL,
	"state" text DEFAULT 'draft' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"confirmed_by" bigint,
	"confirmed_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"progress_message_id" integer,
	"progress_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "announcement_text" (
	"announcement_id" bigint,
	"language" text,
	"position" smallint NOT NULL,
	"body" text NOT NULL,
	"entities" jsonb DEFAULT '[]' NOT NULL,
	CONSTRAINT "announcement_text_pkey" PRIMARY KEY("announcement_id","language")
);
--> statement-breakpoint
CREATE TABLE "answered" (
	"form" text,
	"event_id" bigint,
	"month" smallint DEFAULT 0,
	"person_id" bigint,
	CONSTRAINT "answered_pkey" PRIMARY KEY("form","event_id","month","person_id")
);
--> statement-breakpoint
CREATE TABLE "consent" (
	"person_id" bigint,
	"version" text,
	"language" text NOT NULL,
	"given_at" timestamp with time zone NOT NULL,
	CONSTRAINT "consent_pkey" PRIMARY KEY("person_id","version")
);
--> statement-breakpoint
CREATE TABLE "consent_text" (
	"version" text,
	"language" text,
	"body" text NOT NULL,
	CONSTRAINT "consent_text_pkey" PRIMARY KEY("version","language")
);
--> statement-breakpoint
CREATE TABLE "contact_request" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "contact_request_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"from_id" bigint NOT NULL,
	"to_id" bigint NOT NULL,
	"body" text NOT NULL,
	"from_username" text,
	"to_username" text,
	"state" text DEFAULT 'pending' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"decided_at" timestamp with time zone,
	CONSTRAINT "contact_request_from_id_to_id_unique" UNIQUE("from_id","to_id")
);
--> statement-breakpoint
CREATE TABLE "conversation" (
	"key" text PRIMARY KEY,
	"state" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "directory_search" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "directory_search_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"person_id" bigint NOT NULL,
	"query" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "draft" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "draft_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"person_id" bigint NOT NULL,
	"form" text NOT NULL,
	"subject" bigint DEFAULT 0 NOT NULL,
	"answers" jsonb DEFAULT '{}' NOT NULL,
	"current" text,
	"editing" boolean DEFAULT false NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"last_update" bigint DEFAULT 0 NOT NULL,
	"prompt_message_id" integer,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "draft_person_id_form_subject_unique" UNIQUE("person_id","form","subject")
);
--> statement-breakpoint
CREATE TABLE "erased_registration" (
	"event_id" bigint,
	"status" text,
	"attended" boolean,
	"count" integer NOT NULL,
	CONSTRAINT "erased_registration_pkey" PRIMARY KEY("event_id","status","attended")
);
--> statement-breakpoint
CREATE TABLE "event" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "event_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"kind" text NOT NULL,
	"status" text DEFAULT 'draft' NOT NULL,
	"zone" text NOT NULL,
	"begins_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"place" text,
	"link" text,
	"seats" integer,
	"deadline_at" timestamp with time zone,
	"reminder_offsets" integer[] DEFAULT '{10080,1440,60}'::integer[] NOT NULL,
	"follow_up_months" integer[] DEFAULT '{3,6,12}'::integer[] NOT NULL,
	"questions" jsonb DEFAULT '[]' NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"moved_at" timestamp with time zone,
	"change_note" text,
	"created_by" bigint,
	"created_at" timestamp with time zone NOT NULL,
	"published_at" timestamp with time zone,
	"cancelled_at" timestamp with time zone,
	CONSTRAINT "event_ends_after_it_begins" CHECK ("ends_at" > "begins_at"),
	CONSTRAINT "event_seats_positive" CHECK ("seats" > 0)
);
--> statement-breakpoint
CREATE TABLE "event_text" (
	"event_id" bigint,
	"language" text,
	"title" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	CONSTRAINT "event_text_pkey" PRIMARY KEY("event_id","language")
);
--> statement-breakpoint
CREATE TABLE "inbox" (
	"update_id" bigint PRIMARY KEY,
	"payload" jsonb,
	"received_at" timestamp with time zone NOT NULL,
	"done_at" timestamp with time zone,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"worker" text,
	"lease_until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "invite" (
	"token_hash" text PRIMARY KEY,
	"created_by" bigint,
	"expires_at" timestamp with time zone NOT NULL,
	"used_by" bigint,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "material" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "material_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"event_id" bigint,
	"kind" text NOT NULL,
	"title" text NOT NULL,
	"language" text,
	"file_id" text,
	"file_unique_id" text,
	"file_name" text,
	"file_size" bigint,
	"mime_type" text,
	"url" text,
	"phase" text NOT NULL,
	"added_by" bigint,
	"added_at" timestamp with time zone NOT NULL,
	"told_at" timestamp with time zone,
	CONSTRAINT "material_is_a_file_or_a_link" CHECK (("file_id" is null) <> ("url" is null))
);
--> statement-breakpoint
CREATE TABLE "message" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "message_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"person_id" bigint,
	"kind" text NOT NULL,
	"key" text NOT NULL UNIQUE,
	"data" jsonb NOT NULL,
	"event_id" bigint,
	"announcement_id" bigint,
	"bulk" boolean DEFAULT false NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone,
	"state" text DEFAULT 'queued' NOT NULL,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"worker" text,
	"lease_until" timestamp with time zone,
	"retry_at" timestamp with time zone,
	"telegram_message_id" integer,
	"error" text,
	"created_at" timestamp with time zone NOT NULL,
	"sent_at" timestamp with time zone,
	CONSTRAINT "message_has_a_recipient" CHECK ("person_id" is not null or "announcement_id" is not null)
);
--> statement-breakpoint
CREATE TABLE "organizer" (
	"person_id" bigint PRIMARY KEY,
	"invited_by" bigint,
	"since" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pace" (
	"key" text PRIMARY KEY,
	"next_at" timestamp with time zone NOT NULL,
	"blocked_until" timestamp with time zone NOT NULL,
	"rate" real NOT NULL
);
--> statement-breakpoint
CREATE TABLE "person" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "person_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"telegram_id" bigint UNIQUE,
	"language" text NOT NULL,
	"zone" text NOT NULL,
	"zone_chosen" boolean DEFAULT false NOT NULL,
	"quiet_from" smallint DEFAULT 21,
	"quiet_to" smallint DEFAULT 8,
	"muted" text[] DEFAULT '{}'::text[] NOT NULL,
	"full_name" text,
	"latin_name" text,
	"country" text,
	"agency" text,
	"position" text,
	"sex" text,
	"email" text,
	"unreachable_since" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"seen_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "poll" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "poll_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"event_id" bigint NOT NULL,
	"question" text NOT NULL,
	"options" jsonb NOT NULL,
	"created_by" bigint,
	"created_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "poll_copy" (
	"telegram_poll_id" text PRIMARY KEY,
	"poll_id" bigint NOT NULL,
	"person_id" bigint NOT NULL,
	"message_id" integer NOT NULL,
	"choice" smallint,
	CONSTRAINT "poll_copy_poll_id_person_id_unique" UNIQUE("poll_id","person_id")
);
--> statement-breakpoint
CREATE TABLE "registration" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "registration_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"event_id" bigint NOT NULL,
	"person_id" bigint NOT NULL,
	"status" text NOT NULL,
	"waiting_since" timestamp with time zone,
	"attended" boolean,
	"answers" jsonb DEFAULT '{}' NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "registration_event_id_person_id_unique" UNIQUE("event_id","person_id"),
	CONSTRAINT "registration_waits_since" CHECK (("status" = 'waiting') = ("waiting_since" is not null))
);
--> statement-breakpoint
CREATE TABLE "response" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"form" text NOT NULL,
	"event_id" bigint NOT NULL,
	"person_id" bigint,
	"month" smallint DEFAULT 0 NOT NULL,
	"answers" jsonb NOT NULL,
	"submitted_at" timestamp with time zone,
	CONSTRAINT "response_form_event_id_month_person_id_unique" UNIQUE("form","event_id","month","person_id")
);
--> statement-breakpoint
CREATE INDEX "alumni_profile_search_keys_index" ON "alumni_profile" USING gin ("search_keys");--> statement-breakpoint
CREATE INDEX "answered_person_id_index" ON "answered" ("person_id");--> statement-breakpoint
CREATE INDEX "contact_request_to_id_index" ON "contact_request" ("to_id");--> statement-breakpoint
CREATE INDEX "directory_search_person_id_index" ON "directory_search" ("person_id");--> statement-breakpoint
CREATE INDEX "directory_search_created_at_index" ON "directory_search" ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "draft_one_active" ON "draft" ("person_id") WHERE "active";--> statement-breakpoint
CREATE INDEX "draft_updated_at_index" ON "draft" ("updated_at");--> statement-breakpoint
CREATE INDEX "event_begins_at_index" ON "event" ("begins_at");--> statement-breakpoint
CREATE INDEX "event_ends_at_index" ON "event" ("ends_at");--> statement-breakpoint
CREATE INDEX "inbox_done_at_index" ON "inbox" ("done_at");--> statement-breakpoint
CREATE INDEX "inbox_open" ON "inbox" ("update_id") WHERE "done_at" is null;--> statement-breakpoint
CREATE INDEX "material_event_id_index" ON "material" ("event_id");--> statement-breakpoint
CREATE INDEX "message_due" ON "message" ("bulk","due_at","id") WHERE "state" = 'queued';--> statement-breakpoint
CREATE INDEX "message_leased" ON "message" ("lease_until") WHERE "state" in ('claimed', 'sending');--> statement-breakpoint
CREATE INDEX "message_announcement_id_state_index" ON "message" ("announcement_id","state");--> statement-breakpoint
CREATE INDEX "message_person_id_index" ON "message" ("person_id");--> statement-breakpoint
CREATE INDEX "message_event_id_index" ON "message" ("event_id");--> statement-breakpoint
CREATE INDEX "person_country_index" ON "person" ("country");--> statement-breakpoint
CREATE INDEX "poll_event_id_index" ON "poll" ("event_id");--> statement-breakpoint
CREATE INDEX "poll_copy_person_id_index" ON "poll_copy" ("person_id");--> statement-breakpoint
CREATE INDEX "registration_person_id_index" ON "registration" ("person_id");--> statement-breakpoint
CREATE INDEX "registration_event_id_status_waiting_since_index" ON "registration" ("event_id","status","waiting_since");--> statement-breakpoint
CREATE INDEX "response_event_id_form_index" ON "response" ("event_id","form");--> statement-breakpoint
ALTER TABLE "alumni_profile" ADD CONSTRAINT "alumni_profile_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "announcement" ADD CONSTRAINT "announcement_author_id_person_id_fkey" FOREIGN KEY ("author_id") REFERENCES "person"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "announcement" ADD CONSTRAINT "announcement_confirmed_by_person_id_fkey" FOREIGN KEY ("confirmed_by") REFERENCES "person"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "announcement_text" ADD CONSTRAINT "announcement_text_announcement_id_announcement_id_fkey" FOREIGN KEY ("announcement_id") REFERENCES "announcement"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "answered" ADD CONSTRAINT "answered_event_id_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "answered" ADD CONSTRAINT "answered_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "consent" ADD CONSTRAINT "consent_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "contact_request" ADD CONSTRAINT "contact_request_from_id_person_id_fkey" FOREIGN KEY ("from_id") REFERENCES "person"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "contact_request" ADD CONSTRAINT "contact_request_to_id_person_id_fkey" FOREIGN KEY ("to_id") REFERENCES "person"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "directory_search" ADD CONSTRAINT "directory_search_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "draft" ADD CONSTRAINT "draft_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "erased_registration" ADD CONSTRAINT "erased_registration_event_id_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "event" ADD CONSTRAINT "event_created_by_person_id_fkey" FOREIGN KEY ("created_by") REFERENCES "person"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "event_text" ADD CONSTRAINT "event_text_event_id_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "invite" ADD CONSTRAINT "invite_created_by_person_id_fkey" FOREIGN KEY ("created_by") REFERENCES "person"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "invite" ADD CONSTRAINT "invite_used_by_person_id_fkey" FOREIGN KEY ("used_by") REFERENCES "person"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "material" ADD CONSTRAINT "material_event_id_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "material" ADD CONSTRAINT "material_added_by_person_id_fkey" FOREIGN KEY ("added_by") REFERENCES "person"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "message" ADD CONSTRAINT "message_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "message" ADD CONSTRAINT "message_event_id_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "message" ADD CONSTRAINT "message_announcement_id_announcement_id_fkey" FOREIGN KEY ("announcement_id") REFERENCES "announcement"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "organizer" ADD CONSTRAINT "organizer_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "organizer" ADD CONSTRAINT "organizer_invited_by_person_id_fkey" FOREIGN KEY ("invited_by") REFERENCES "person"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "poll" ADD CONSTRAINT "poll_event_id_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "poll" ADD CONSTRAINT "poll_created_by_person_id_fkey" FOREIGN KEY ("created_by") REFERENCES "person"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "poll_copy" ADD CONSTRAINT "poll_copy_poll_id_poll_id_fkey" FOREIGN KEY ("poll_id") REFERENCES "poll"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "poll_copy" ADD CONSTRAINT "poll_copy_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "registration" ADD CONSTRAINT "registration_event_id_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "registration" ADD CONSTRAINT "registration_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "response" ADD CONSTRAINT "response_event_id_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "response" ADD CONSTRAINT "response_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE;