CREATE TABLE "place" (
	"named_id" bigint PRIMARY KEY,
	"person_id" bigint NOT NULL,
	"events" bigint[] NOT NULL,
	"used_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "place_person_id_index" ON "place" ("person_id");--> statement-breakpoint
ALTER TABLE "place" ADD CONSTRAINT "place_person_id_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE;