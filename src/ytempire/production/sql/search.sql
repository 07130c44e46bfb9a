-- Search over videos and channels. The functions are the owner's and ask by themselves whose rows may be found: under
-- row-level security `@@` and `%` may not use their indexes, since they could tell something of rows that are not theirs.

-- loads the extension, so that its settings are known in this session and may be part of a function
SELECT public.show_limit();

-- OR REPLACE cannot rename parameters. Dropped here and not by a migration: the trigger on core.videos calls them, so they
-- must be there again when the transaction ends.
DROP FUNCTION IF EXISTS core.split_words(text);
DROP FUNCTION IF EXISTS core.query_words(text);
DROP FUNCTION IF EXISTS core.correct_words(text);
DROP FUNCTION IF EXISTS core.search_videos(text, integer);
DROP FUNCTION IF EXISTS core.search_channels(text, integer);

-- Words in which a typing mistake can be told: of letters alone, and not so short that everything is like them.
CREATE OR REPLACE FUNCTION core.split_words(input_text text) RETURNS SETOF text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT DISTINCT word FROM regexp_split_to_table(lower(input_text), '[^[:alpha:]]+') AS word
    WHERE length(word) BETWEEN 4 AND 40
$$;

-- All that a video says of itself.
CREATE OR REPLACE FUNCTION core.video_words(video core.videos) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat_ws(' ', video.title, array_to_string(video.tags, ' '), video.description, video.script)
$$;

-- Every word that a video has used, whoever's it is. Nobody is shown it: `correct_words` looks there for what a word may
-- have meant, and takes only what stands in videos of who asks.
CREATE OR REPLACE FUNCTION core.add_search_words() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- in one order, so that two videos with the same new words wait for each other and not in a circle
    INSERT INTO core.search_vocabulary (word)
    SELECT word FROM core.split_words(core.video_words(NEW)) AS word ORDER BY word
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER add_search_words AFTER INSERT OR UPDATE OF title, tags, description, script ON core.videos
FOR EACH ROW EXECUTE FUNCTION core.add_search_words();

-- The query as PostgreSQL reads what people type: words, "phrases", -without, or. Of hyphens with no word between
-- them one is left: each would be a "not" of its own, of which the reader takes 32 and no more.
CREATE OR REPLACE FUNCTION core.query_words(query_text text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT websearch_to_tsquery('english', regexp_replace(query_text, '-(?:[-\s!&|()]*-)+', '-', 'g'))
$$;

-- The query with every word that stands in none of one's videos replaced by the words most like it that do: one or
-- two letters other, missing or too many, or two neighbours exchanged. `closeness` is 1 where all is the same; both are
-- null where nothing was replaced. Another's videos change nothing of the answer: their words are in none of one's own.
CREATE OR REPLACE FUNCTION core.correct_words(query_text text, OUT words tsquery, OUT closeness double precision)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- one letter in the middle of five is 0.33
SET pg_trgm.similarity_threshold = 0.3 AS $$
DECLARE
    everybodys boolean := core.sees_all();
    mine uuid[] := core.channel_ids('read');
    meant tsquery := core.query_words(query_text);
    typed text;
    lexeme tsquery;
    exchanged text[];
    alike record;
BEGIN
    FOR typed IN SELECT * FROM core.split_words(query_text) LOOP
        lexeme := plainto_tsquery('english', typed);
        CONTINUE WHEN numnode(lexeme) = 0 OR EXISTS (
            SELECT FROM core.videos v WHERE v.search @@ lexeme AND (everybodys OR v.channel_id IN (SELECT unnest(mine)))
            AND v.status NOT IN ('archived', 'removed'));
        -- to exchange two letters is one mistake, and two for levenshtein
        exchanged := ARRAY(SELECT overlay(typed PLACING reverse(substr(typed, at, 2)) FROM at FOR 2)
                           FROM generate_series(1, length(typed) - 1) AS at);
        SELECT string_agg(DISTINCT near.lexeme::text, ' | ')::tsquery AS lexemes, min(near.mistakes) AS mistakes INTO alike FROM (
            SELECT likely.lexeme, likely.mistakes FROM (
                SELECT v.word, plainto_tsquery('english', v.word) AS lexeme, d.mistakes
                FROM core.search_vocabulary v, LATERAL (
                    SELECT CASE WHEN v.word = ANY (exchanged) THEN 1
                                ELSE public.levenshtein_less_equal(v.word, typed, 2) END AS mistakes) d
                WHERE (v.word OPERATOR(public.%) typed OR v.word = ANY (exchanged))
                  AND d.mistakes <= CASE WHEN length(typed) < 6 THEN 1 ELSE 2 END
                ORDER BY d.mistakes, public.similarity(v.word, typed) DESC, v.word) AS likely
            -- read in their order, until there are enough; the word itself, since another's may share a stem with one's own
            WHERE numnode(likely.lexeme) > 0 AND EXISTS (
                SELECT FROM core.videos v WHERE v.search @@ likely.lexeme AND (everybodys OR v.channel_id IN (SELECT unnest(mine)))
                AND v.status NOT IN ('archived', 'removed')
                AND likely.word IN (SELECT core.split_words(core.video_words(v))))
            LIMIT 3) AS near;
        CONTINUE WHEN alike.lexemes IS NULL;
        words := ts_rewrite(coalesce(words, meant), lexeme, alike.lexemes);
        closeness := coalesce(closeness, 1) * (1 - alike.mistakes / (length(typed) + 1.0));
    END LOOP;
END $$;

-- Words (stemmed; "quoted phrases", -without, or) in title, tags, description and script, in this weight; and, for who
-- mistypes, titles with something like the words of the query, and the words that were meant. An exact match has a rank
-- above 1, all else one below. `words` are those that matched.
CREATE OR REPLACE FUNCTION core.search_videos(query_text text, max_rows integer)
RETURNS TABLE (video_id uuid, channel_id uuid, words tsquery, rank double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- "nihgt sky" is 0.43 like "night sky", "einstien" 0.56 like "Einstein", but "quantum" only 0.38 like "quartz"
SET pg_trgm.word_similarity_threshold = 0.4 AS $$
    WITH exact AS (
        SELECT v.id, v.channel_id, query.words, 1 + ts_rank_cd(v.search, query.words)::double precision AS rank
        FROM core.videos v, core.query_words(query_text) AS query (words)
        WHERE v.search @@ query.words
          AND ((SELECT core.sees_all()) OR v.channel_id IN (SELECT unnest(core.channel_ids('read'))))
          AND v.status NOT IN ('archived', 'removed')
        ORDER BY rank DESC, id DESC LIMIT max_rows
    ), meant AS MATERIALIZED (
        SELECT corrected.words, corrected.closeness
        FROM (SELECT WHERE (SELECT count(*) FROM exact) < max_rows) AS little,
             core.correct_words(query_text) AS corrected
    ), hits AS (
        SELECT * FROM exact
        UNION ALL
        SELECT v.id, v.channel_id, coalesce((SELECT words FROM meant), core.query_words(query_text)),
               public.word_similarity(query_text, v.title)::double precision
        FROM core.videos v
        WHERE query_text OPERATOR(public.<%) v.title
          AND ((SELECT core.sees_all()) OR v.channel_id IN (SELECT unnest(core.channel_ids('read'))))
          AND v.status NOT IN ('archived', 'removed')
        UNION ALL
        -- all words of the query, and not only some of them in a title, so mostly above those; 32: between 0 and 1
        SELECT v.id, v.channel_id, meant.words, meant.closeness * (3 + ts_rank_cd(v.search, meant.words, 32)) / 4
        FROM meant JOIN core.videos v ON v.search @@ meant.words
        WHERE ((SELECT core.sees_all()) OR v.channel_id IN (SELECT unnest(core.channel_ids('read'))))
          AND v.status NOT IN ('archived', 'removed')
    ), best AS (
        SELECT DISTINCT ON (id) * FROM hits ORDER BY id, rank DESC
    )
    SELECT id, best.channel_id, best.words, best.rank FROM best ORDER BY rank DESC, id DESC LIMIT max_rows
$$;

CREATE OR REPLACE FUNCTION core.search_channels(query_text text, max_rows integer)
RETURNS TABLE (channel_id uuid, rank double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET pg_trgm.word_similarity_threshold = 0.4 AS $$
    SELECT c.id, public.word_similarity(query_text, c.name)::double precision
           + (to_tsvector('english', c.name || ' ' || c.description) @@ words)::integer AS rank
    FROM core.channels c, core.query_words(query_text) AS words
    WHERE (core.sees_all() OR c.id = ANY (core.channel_ids('read'))) AND c.status <> 'archived'
      AND (query_text OPERATOR(public.<%) c.name
           OR to_tsvector('english', c.name || ' ' || c.description) @@ words)
    ORDER BY 2 DESC, 1 LIMIT max_rows
$$;
