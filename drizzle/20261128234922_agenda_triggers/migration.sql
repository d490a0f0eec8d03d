-- An event that changes, or whose registrations or materials do, is looked at again: see src/delivery/agenda.ts.
-- By triggers, and not by the code that makes the changes, so that no place can forget it, nor somebody who mends a row by
-- hand. By statement: a thousand rows that change together open their event once. In the order of the ids, so that two
-- that change several events wait for each other and not in a circle.
CREATE FUNCTION "look_at_event"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "agenda" ("event_id") SELECT "id" FROM "changed" ORDER BY "id"
		ON CONFLICT ("event_id") DO UPDATE SET "until" = 'epoch';
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION "look_at_event_of"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "agenda" ("event_id") SELECT DISTINCT "event_id" FROM "changed" WHERE "event_id" IS NOT NULL ORDER BY "event_id"
		ON CONFLICT ("event_id") DO UPDATE SET "until" = 'epoch';
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "event_inserted" AFTER INSERT ON "event" REFERENCING NEW TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "look_at_event"();
--> statement-breakpoint
CREATE TRIGGER "event_updated" AFTER UPDATE ON "event" REFERENCING NEW TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "look_at_event"();
--> statement-breakpoint
CREATE TRIGGER "registration_inserted" AFTER INSERT ON "registration" REFERENCING NEW TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "look_at_event_of"();
--> statement-breakpoint
CREATE TRIGGER "registration_updated" AFTER UPDATE ON "registration" REFERENCING NEW TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "look_at_event_of"();
--> statement-breakpoint
CREATE TRIGGER "material_inserted" AFTER INSERT ON "material" REFERENCING NEW TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "look_at_event_of"();
--> statement-breakpoint
INSERT INTO "agenda" ("event_id") SELECT "id" FROM "event";
