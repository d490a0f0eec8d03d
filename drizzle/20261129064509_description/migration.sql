CREATE TABLE "description" (
	"bot_id" bigint PRIMARY KEY,
	"hash" text NOT NULL
);
