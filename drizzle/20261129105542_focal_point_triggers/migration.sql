-- Who becomes a focal point is asked to nominate for what is open then: see agenda_triggers, and src/features/nominations/job.ts.
CREATE FUNCTION "look_at_nominations"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM "changed" WHERE "kind" = 'focal_point') THEN
		INSERT INTO "agenda" ("event_id")
			SELECT "id" FROM "event" WHERE "nominations_until" IS NOT NULL AND "status" = 'published' ORDER BY "id"
			ON CONFLICT ("event_id") DO UPDATE SET "until" = 'epoch';
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "role_inserted" AFTER INSERT ON "role" REFERENCING NEW TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "look_at_nominations"();
