-- The words of khatmas, as common/model/khatma_words.c says what they are: those
-- that are missing are added, what is too much goes, for the khatmas behind
-- number @after up to @until. Not a migration: "khatma-spawn migrate" runs it
-- over all khatmas each time, for those that were made by programs of schema 8
-- and before, which write no words.

SET @separators = '[^\\p{L}\\p{M}\\p{N}\\p{So}]+';
SET @articles = '(?<![^ ])(?:(?!\\x{0648}\\x{0627}\\x{0644}\\x{062f})(?:[\\x{0648}\\x{0641}\\x{0628}\\x{0643}]?\\x{0627}|[\\x{0648}\\x{0641}]?\\x{0644})\\x{0644})+(?=[^ ]{2})(?!\\x{0644}\\x{0647}\\x{0645}?(?![^ ]))';

INSERT INTO khatma_words (word, khatma_id)
SELECT d.word, d.khatma_id FROM (
	SELECT DISTINCT LEFT(w.word, 32) AS word, t.id AS khatma_id FROM (
		SELECT k.id, CONCAT(TRIM(REGEXP_REPLACE(u.fullname_search,
			@separators, ' ')), ' ', SUBSTRING_INDEX(TRIM(
			REGEXP_REPLACE(k.search_text, @separators, ' ')), ' ',
			128)) AS words
		FROM khatmas k JOIN users u ON u.id = k.creator_id
		WHERE k.id > @after AND k.id <= @until) t
	JOIN JSON_TABLE(CONCAT('["', REPLACE(CONCAT(t.words, ' ',
		REGEXP_REPLACE(t.words, @articles, '')), ' ', '","'), '"]'),
		'$[*]' COLUMNS (word VARCHAR(255) CHARACTER SET
		utf8mb4 COLLATE utf8mb4_bin PATH '$')) w
	WHERE w.word <> '') d
LEFT JOIN khatma_words o ON o.word = d.word AND o.khatma_id = d.khatma_id
WHERE o.word IS NULL;

DELETE o FROM khatma_words o LEFT JOIN (
	SELECT DISTINCT LEFT(w.word, 32) AS word, t.id AS khatma_id FROM (
		SELECT k.id, CONCAT(TRIM(REGEXP_REPLACE(u.fullname_search,
			@separators, ' ')), ' ', SUBSTRING_INDEX(TRIM(
			REGEXP_REPLACE(k.search_text, @separators, ' ')), ' ',
			128)) AS words
		FROM khatmas k JOIN users u ON u.id = k.creator_id
		WHERE k.id > @after AND k.id <= @until) t
	JOIN JSON_TABLE(CONCAT('["', REPLACE(CONCAT(t.words, ' ',
		REGEXP_REPLACE(t.words, @articles, '')), ' ', '","'), '"]'),
		'$[*]' COLUMNS (word VARCHAR(255) CHARACTER SET
		utf8mb4 COLLATE utf8mb4_bin PATH '$')) w
	WHERE w.word <> '') d
ON d.word = o.word AND d.khatma_id = o.khatma_id
WHERE o.khatma_id > @after AND o.khatma_id <= @until AND d.word IS NULL;
