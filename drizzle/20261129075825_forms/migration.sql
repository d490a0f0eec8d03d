CREATE TABLE "event_form" (
	"event_id" bigint,
	"purpose" text,
	"form_id" bigint NOT NULL,
	CONSTRAINT "event_form_pkey" PRIMARY KEY("event_id","purpose")
);
--> statement-breakpoint
CREATE TABLE "form" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "form_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"created_by" bigint,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "form_version" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "form_version_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"form_id" bigint NOT NULL,
	"number" integer NOT NULL,
	"spec" jsonb NOT NULL,
	"created_by" bigint,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "form_version_form_id_number_unique" UNIQUE("form_id","number")
);
--> statement-breakpoint
ALTER TABLE "registration" ADD COLUMN "form_version_id" bigint;--> statement-breakpoint
ALTER TABLE "response" ADD COLUMN "form_version_id" bigint;--> statement-breakpoint
-- The questions of events become forms. They keep their names, by which they were answered.
DO $$
DECLARE
  asked record;
  made bigint;
BEGIN
  CREATE TEMPORARY TABLE language ON COMMIT DROP AS
    SELECT * FROM (VALUES
        (0, 'en', 'English (en)', 'Yes', 'No', 'Please write a whole number from 0 to 1000000.'),
        (1, 'ru', 'Russian (ru)', 'Да', 'Нет', 'Напишите целое число от 0 до 1000000.'),
        (2, 'kk', 'Kazakh (kk)', 'Иә', 'Жоқ', 'Бүтін сан жазыңыз. Ең азы: 0, ең көбі: 1000000.'),
        (3, 'ky', 'Kyrgyz (ky)', 'Ооба', 'Жок', 'Бүтүн сан жазыңыз. Эң азы: 0, эң көбү: 1000000.'),
        (4, 'tg', 'Tajik (tg)', 'Ҳа', 'Не', 'Лутфан адади бутун аз 0 то 1000000 нависед.'),
        (5, 'uz', 'Uzbek (uz)', 'Ha', 'Yoʻq', 'Iltimos, butun son yozing (0–1000000).'),
        (6, 'az', 'Azerbaijani (az)', 'Bəli', 'Xeyr', 'Zəhmət olmasa, tam ədəd yazın (0–1000000).'),
        (7, 'hy', 'Armenian (hy)', 'Այո', 'Ոչ', 'Խնդրում ենք գրել ամբողջ թիվ 0–1000000 միջակայքից։'),
        (8, 'ka', 'Georgian (ka)', 'დიახ', 'არა', 'გთხოვთ, დაწეროთ მთელი რიცხვი. მინიმუმი: 0, მაქსიმუმი: 1000000.'),
        (9, 'ko', 'Korean (ko)', '예', '아니요', '정수를 입력해 주세요. 입력 범위: 0~1000000')
    ) AS language (position, code, header, yes, no, number);
  FOR asked IN SELECT id, questions, created_by, created_at FROM event WHERE jsonb_array_length(questions) > 0 ORDER BY id LOOP
    INSERT INTO form (created_by, created_at) VALUES (asked.created_by, asked.created_at) RETURNING id INTO made;
    INSERT INTO event_form (event_id, purpose, form_id) VALUES (asked.id, 'registration', made);
    INSERT INTO form_version (form_id, number, created_by, created_at, spec)
      SELECT made, 1, asked.created_by, asked.created_at, jsonb_build_object(
        'settings', '{}'::jsonb,
        'languages', (
          SELECT jsonb_agg(jsonb_build_object('code', code, 'header', coalesce(header, code)) ORDER BY position NULLS LAST, code)
          FROM (
            SELECT code FROM jsonb_array_elements(asked.questions) AS one, jsonb_object_keys(one->'label') AS code
            UNION
            SELECT language.code FROM language, jsonb_array_elements(asked.questions) AS one
            WHERE one->>'kind' IN ('yes_no', 'number')
          ) AS used LEFT JOIN language USING (code)),
        'items', (
          SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
            'type', CASE one->>'kind' WHEN 'text' THEN 'text' WHEN 'number' THEN 'integer' ELSE 'select_one' END,
            'name', one->>'key',
            'label', one->'label',
            'as', CASE one->>'kind' WHEN 'text' THEN 'multiline' END,
            'list', CASE one->>'kind' WHEN 'yes_no' THEN 'yes_no' WHEN 'choice' THEN one->>'key' END,
            'required', CASE WHEN (one->>'optional')::boolean THEN NULL ELSE true END,
            'constraint', CASE one->>'kind' WHEN 'number' THEN '. >= 0 and . <= 1000000' END,
            'constraintMessage', CASE one->>'kind' WHEN 'number' THEN (SELECT jsonb_object_agg(code, number) FROM language) END
          )) ORDER BY place)
          FROM jsonb_array_elements(asked.questions) WITH ORDINALITY AS questions (one, place)),
        'choices', coalesce((
          SELECT jsonb_object_agg(one->>'key', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('name', option->>'key', 'label', option->'label') ORDER BY place), '[]'::jsonb)
            FROM jsonb_array_elements(one->'options') WITH ORDINALITY AS options (option, place)))
          FROM jsonb_array_elements(asked.questions) AS one WHERE one->>'kind' = 'choice'), '{}'::jsonb)
        || CASE WHEN asked.questions @> '[{"kind": "yes_no"}]' THEN jsonb_build_object('yes_no', jsonb_build_array(
          jsonb_build_object('name', 'yes', 'label', (SELECT jsonb_object_agg(code, yes) FROM language)),
          jsonb_build_object('name', 'no', 'label', (SELECT jsonb_object_agg(code, no) FROM language))))
        ELSE '{}'::jsonb END);
  END LOOP;
END $$;--> statement-breakpoint
UPDATE "registration" SET "form_version_id" = "form_version"."id" FROM "event_form" JOIN "form_version" USING ("form_id") WHERE "event_form"."event_id" = "registration"."event_id";--> statement-breakpoint
ALTER TABLE "event" DROP COLUMN "questions";--> statement-breakpoint
CREATE INDEX "event_form_form_id_index" ON "event_form" ("form_id");--> statement-breakpoint
ALTER TABLE "event_form" ADD CONSTRAINT "event_form_event_id_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "event_form" ADD CONSTRAINT "event_form_form_id_form_id_fkey" FOREIGN KEY ("form_id") REFERENCES "form"("id");--> statement-breakpoint
ALTER TABLE "form" ADD CONSTRAINT "form_created_by_person_id_fkey" FOREIGN KEY ("created_by") REFERENCES "person"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "form_version" ADD CONSTRAINT "form_version_form_id_form_id_fkey" FOREIGN KEY ("form_id") REFERENCES "form"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "form_version" ADD CONSTRAINT "form_version_created_by_person_id_fkey" FOREIGN KEY ("created_by") REFERENCES "person"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "registration" ADD CONSTRAINT "registration_form_version_id_form_version_id_fkey" FOREIGN KEY ("form_version_id") REFERENCES "form_version"("id");--> statement-breakpoint
ALTER TABLE "response" ADD CONSTRAINT "response_form_version_id_form_version_id_fkey" FOREIGN KEY ("form_version_id") REFERENCES "form_version"("id");