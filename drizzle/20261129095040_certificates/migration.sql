ALTER TABLE "certificate" ADD COLUMN "note" text;
--> statement-breakpoint
ALTER TABLE "event" ADD COLUMN "certificates_since" timestamp with time zone;
--> statement-breakpoint
ALTER TABLE "certificate" DROP CONSTRAINT "certificate_issued", ADD CONSTRAINT "certificate_issued" CHECK (case "state" when 'proposed' then "issued_at" is null when 'revoked' then true else "issued_at" is not null end);
--> statement-breakpoint
-- Who gives feedback, or whose attendance of a session is noted, after certificates were issued may qualify now: the event is
-- looked at again, see features/certificates/job.ts. As in the migration agenda_triggers, but for events that issue them only.
CREATE FUNCTION "look_at_certificates"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "agenda" ("event_id")
		SELECT DISTINCT "event"."id" FROM "changed" JOIN "event" ON "event"."id" = "changed"."event_id"
		WHERE "event"."certificates_since" IS NOT NULL ORDER BY "event"."id"
		ON CONFLICT ("event_id") DO UPDATE SET "until" = 'epoch';
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION "look_at_certificates_of_session"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "agenda" ("event_id")
		SELECT DISTINCT "event"."id" FROM "changed"
		JOIN "session" ON "session"."id" = "changed"."session_id" JOIN "event" ON "event"."id" = "session"."event_id"
		WHERE "event"."certificates_since" IS NOT NULL ORDER BY "event"."id"
		ON CONFLICT ("event_id") DO UPDATE SET "until" = 'epoch';
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "answered_certificates" AFTER INSERT ON "answered" REFERENCING NEW TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "look_at_certificates"();
--> statement-breakpoint
CREATE TRIGGER "attendance_inserted_certificates" AFTER INSERT ON "attendance" REFERENCING NEW TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "look_at_certificates_of_session"();
--> statement-breakpoint
CREATE TRIGGER "attendance_updated_certificates" AFTER UPDATE ON "attendance" REFERENCING NEW TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "look_at_certificates_of_session"();
