CREATE TABLE "registration_change" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "registration_change_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"registration_id" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by" text NOT NULL,
	"actor_id" bigint,
	"from" text,
	"to" text NOT NULL,
	"reason" text
);
--> statement-breakpoint
ALTER TABLE "registration" ADD COLUMN "note" text;--> statement-breakpoint
CREATE INDEX "registration_change_registration_id_index" ON "registration_change" ("registration_id");--> statement-breakpoint
CREATE INDEX "registration_change_actor_id_index" ON "registration_change" ("actor_id") WHERE "actor_id" is not null;--> statement-breakpoint
ALTER TABLE "registration_change" ADD CONSTRAINT "registration_change_registration_id_registration_id_fkey" FOREIGN KEY ("registration_id") REFERENCES "registration"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "registration_change" ADD CONSTRAINT "registration_change_actor_id_person_id_fkey" FOREIGN KEY ("actor_id") REFERENCES "person"("id") ON DELETE SET NULL;