CREATE TABLE "quota" (
	"event_id" bigint,
	"country" text,
	"seats" integer NOT NULL,
	CONSTRAINT "quota_pkey" PRIMARY KEY("event_id","country"),
	CONSTRAINT "quota_positive" CHECK ("seats" > 0)
);
--> statement-breakpoint
ALTER TABLE "event" ADD COLUMN "quotas_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "registration" ADD COLUMN "country" text;--> statement-breakpoint
CREATE INDEX "event_quotas_until" ON "event" ("quotas_until") WHERE "quotas_until" is not null;--> statement-breakpoint
ALTER TABLE "quota" ADD CONSTRAINT "quota_event_id_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE CASCADE;--> statement-breakpoint
UPDATE "registration" SET "country" = "person"."country" FROM "person" WHERE "person"."id" = "registration"."person_id";
