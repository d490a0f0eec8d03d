-- What an event asks for is told to its people, and falls due: see agenda_triggers, and src/features/requirements/job.ts.
CREATE TRIGGER "requirement_inserted" AFTER INSERT ON "requirement" REFERENCING NEW TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "look_at_event_of"();
--> statement-breakpoint
CREATE TRIGGER "requirement_updated" AFTER UPDATE ON "requirement" REFERENCING NEW TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "look_at_event_of"();
