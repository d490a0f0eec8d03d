CREATE TABLE "attendance" (
	"session_id" bigint,
	"registration_id" bigint,
	"state" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "attendance_pkey" PRIMARY KEY("session_id","registration_id")
);
--> statement-breakpoint
CREATE TABLE "calendar_feed" (
	"person_id" bigint PRIMARY KEY,
	"token" text NOT NULL UNIQUE,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "certificate" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "certificate_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"event_id" bigint NOT NULL,
	"person_id" bigint NOT NULL,
	"state" text NOT NULL,
	"name" text NOT NULL,
	"language" text NOT NULL,
	"certified" jsonb NOT NULL,
	"issued_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"reason" text,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "certificate_issued" CHECK (("state" = 'proposed') = ("issued_at" is null))
);
--> statement-breakpoint
CREATE TABLE "criterion" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "criterion_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"event_id" bigint NOT NULL,
	"position" smallint NOT NULL,
	"title" jsonb NOT NULL,
	"most" smallint DEFAULT 5 NOT NULL,
	"weight" smallint DEFAULT 1 NOT NULL,
	CONSTRAINT "criterion_most" CHECK ("most" between 1 and 100),
	CONSTRAINT "criterion_weight" CHECK ("weight" > 0)
);
--> statement-breakpoint
CREATE TABLE "nomination" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "nomination_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"event_id" bigint NOT NULL,
	"person_id" bigint NOT NULL,
	"country" text NOT NULL,
	"by_id" bigint,
	"rank" smallint,
	"note" text,
	"created_at" timestamp with time zone NOT NULL,
	"withdrawn_at" timestamp with time zone,
	CONSTRAINT "nomination_event_id_person_id_unique" UNIQUE("event_id","person_id")
);
--> statement-breakpoint
CREATE TABLE "requirement" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "requirement_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"event_id" bigint NOT NULL,
	"position" smallint NOT NULL,
	"title" jsonb NOT NULL,
	"due_at" timestamp with time zone,
	"asks_value" boolean DEFAULT false NOT NULL,
	"kept_until" timestamp with time zone,
	CONSTRAINT "requirement_value_ends" CHECK ("kept_until" is not null or not "asks_value")
);
--> statement-breakpoint
CREATE TABLE "requirement_state" (
	"requirement_id" bigint,
	"registration_id" bigint,
	"state" text NOT NULL,
	"value" text,
	"note" text,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "requirement_state_pkey" PRIMARY KEY("requirement_id","registration_id")
);
--> statement-breakpoint
CREATE TABLE "review" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "review_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"registration_id" bigint NOT NULL,
	"reviewer_id" bigint,
	"points" jsonb NOT NULL,
	"comment" text,
	"conflict" boolean DEFAULT false NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "review_registration_id_reviewer_id_unique" UNIQUE("registration_id","reviewer_id")
);
--> statement-breakpoint
CREATE TABLE "session" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "session_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"event_id" bigint NOT NULL,
	"begins_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"place" text,
	"speakers" text,
	"revision" integer DEFAULT 1 NOT NULL,
	"cancelled_at" timestamp with time zone,
	CONSTRAINT "session_ends_after_it_begins" CHECK ("ends_at" > "begins_at")
);
--> statement-breakpoint
CREATE TABLE "session_text" (
	"session_id" bigint,
	"language" text,
	"title" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	CONSTRAINT "session_text_pkey" PRIMARY KEY("session_id","language")
);
--> statement-breakpoint
CREATE TABLE "shortlist" (
	"registration_id" bigint PRIMARY KEY,
	"position" integer NOT NULL,
	"by_id" bigint,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "event" ADD COLUMN "nominations_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "event" ADD COLUMN "nominees" smallint;--> statement-breakpoint
ALTER TABLE "event" ADD COLUMN "selective" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "event" ADD COLUMN "scores_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "event" ADD COLUMN "plans_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "event" ADD COLUMN "certificate_share" smallint;--> statement-breakpoint
ALTER TABLE "event" ADD COLUMN "certificate_feedback" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "attendance_registration_id_index" ON "attendance" ("registration_id");--> statement-breakpoint
CREATE UNIQUE INDEX "certificate_once" ON "certificate" ("event_id","person_id") WHERE "state" in ('proposed', 'valid');--> statement-breakpoint
CREATE INDEX "certificate_person_id_index" ON "certificate" ("person_id");--> statement-breakpoint
CREATE INDEX "criterion_event_id_index" ON "criterion" ("event_id");--> statement-breakpoint
CREATE INDEX "nomination_person_id_index" ON "nomination" ("person_id");--> statement-breakpoint
CREATE INDEX "nomination_event_id_country_index" ON "nomination" ("event_id","country");--> statement-breakpoint
CREATE INDEX "requirement_event_id_index" ON "requirement" ("event_id");--> statement-breakpoint
CREATE INDEX "requirement_state_registration_id_index" ON "requirement_state" ("registration_id");--> statement-breakpoint
CREATE INDEX "review_reviewer_id_index" ON "review" ("reviewer_id");--> statement-breakpoint
CREATE INDEX "session_event_id_begins_at_index" ON "session" ("event_id","begins_at");--> statement-breakpoint
ALTER TABLE "attendance" ADD CONSTRAINT "attendance_session_id_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "attendance" ADD CONSTRAINT "attendance_registration_id_registration_id_fkey" FOREIGN KEY ("registration_id") REFERENCES "registration"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "calendar_feed" ADD CONSTRAINT "calendar_feed_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "certificate" ADD CONSTRAINT "certificate_event_id_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "certificate" ADD CONSTRAINT "certificate_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "criterion" ADD CONSTRAINT "criterion_event_id_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "nomination" ADD CONSTRAINT "nomination_event_id_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "nomination" ADD CONSTRAINT "nomination_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "nomination" ADD CONSTRAINT "nomination_by_id_person_id_fkey" FOREIGN KEY ("by_id") REFERENCES "person"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "requirement" ADD CONSTRAINT "requirement_event_id_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "requirement_state" ADD CONSTRAINT "requirement_state_requirement_id_requirement_id_fkey" FOREIGN KEY ("requirement_id") REFERENCES "requirement"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "requirement_state" ADD CONSTRAINT "requirement_state_registration_id_registration_id_fkey" FOREIGN KEY ("registration_id") REFERENCES "registration"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "review" ADD CONSTRAINT "review_registration_id_registration_id_fkey" FOREIGN KEY ("registration_id") REFERENCES "registration"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "review" ADD CONSTRAINT "review_reviewer_id_person_id_fkey" FOREIGN KEY ("reviewer_id") REFERENCES "person"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_event_id_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "session_text" ADD CONSTRAINT "session_text_session_id_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "shortlist" ADD CONSTRAINT "shortlist_registration_id_registration_id_fkey" FOREIGN KEY ("registration_id") REFERENCES "registration"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "shortlist" ADD CONSTRAINT "shortlist_by_id_person_id_fkey" FOREIGN KEY ("by_id") REFERENCES "person"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "event" ADD CONSTRAINT "event_nominees_positive" CHECK ("nominees" > 0);--> statement-breakpoint
ALTER TABLE "event" ADD CONSTRAINT "event_selective_is_moderated" CHECK ("moderated" or not "selective");--> statement-breakpoint
ALTER TABLE "event" ADD CONSTRAINT "event_certificate_share" CHECK ("certificate_share" between 0 and 100);