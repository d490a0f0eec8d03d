CREATE TABLE "audit" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"person_id" bigint NOT NULL,
	"what" text NOT NULL,
	"way" text NOT NULL,
	"country" text,
	"event_id" bigint,
	"by_id" bigint,
	"day" text NOT NULL,
	"times" integer DEFAULT 1 NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "role" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "role_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"person_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"country" text,
	"event_id" bigint,
	"invited_by" bigint,
	"since" timestamp with time zone NOT NULL,
	CONSTRAINT "role_once" UNIQUE NULLS NOT DISTINCT("person_id","kind","country","event_id"),
	CONSTRAINT "role_of_a_country" CHECK (("kind" = 'focal_point') = ("country" is not null)),
	CONSTRAINT "role_of_an_event" CHECK (case "kind" when 'reviewer' then "event_id" is not null
      when 'organizer' then true else "event_id" is null end)
);
--> statement-breakpoint
INSERT INTO "role" ("person_id", "kind", "invited_by", "since") SELECT "person_id", 'organizer', "invited_by", "since" FROM "organizer";--> statement-breakpoint
DROP TABLE "organizer";--> statement-breakpoint
ALTER TABLE "invite" ADD COLUMN "kind" text DEFAULT 'organizer' NOT NULL;--> statement-breakpoint
ALTER TABLE "invite" ALTER COLUMN "kind" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "invite" ADD COLUMN "country" text;--> statement-breakpoint
ALTER TABLE "invite" ADD COLUMN "event_id" bigint;--> statement-breakpoint
CREATE UNIQUE INDEX "audit_refused" ON "audit" ("person_id","way","day",coalesce("event_id", 0)) WHERE "what" = 'refused';--> statement-breakpoint
CREATE INDEX "audit_at_index" ON "audit" ("at");--> statement-breakpoint
CREATE INDEX "role_event_id_index" ON "role" ("event_id");--> statement-breakpoint
ALTER TABLE "audit" ADD CONSTRAINT "audit_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "audit" ADD CONSTRAINT "audit_event_id_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "audit" ADD CONSTRAINT "audit_by_id_person_id_fkey" FOREIGN KEY ("by_id") REFERENCES "person"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "invite" ADD CONSTRAINT "invite_event_id_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "role" ADD CONSTRAINT "role_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "role" ADD CONSTRAINT "role_event_id_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "role" ADD CONSTRAINT "role_invited_by_person_id_fkey" FOREIGN KEY ("invited_by") REFERENCES "person"("id") ON DELETE SET NULL;