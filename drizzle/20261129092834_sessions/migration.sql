ALTER TABLE "attendance" ADD COLUMN "id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "attendance_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);--> statement-breakpoint
ALTER TABLE "attendance" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "changed_at" timestamp with time zone NOT NULL;--> statement-breakpoint
ALTER TABLE "attendance" ADD CONSTRAINT "attendance_id_key" UNIQUE("id");