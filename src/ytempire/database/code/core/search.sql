-- Search over videos and channels. The functions are the owner's and ask by themselves whose rows may be found: under
-- row-level security `@@` and `%` may not use their indexes, since they could tell something of rows that are not theirs.

-- loads the extension, so that its setting is known in this session and may be part of a function
SELECT public.show_limit();

-- Words (stemmed; "quoted phrases", -without, or) in title, tags, description and script, in this weight; and titles and
-- descriptions with something like the asked words, for who mistypes.
CREATE OR REPLACE FUNCTION core.search_videos(asked text, most integer)
RETURNS TABLE (video_id uuid, channel_id uuid, rank double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- "nihgt sky" is 0.43 like "night sky", "einstien" 0.56 like "Einstein", but "quantum" only 0.38 like "quartz"
SET pg_trgm.word_similarity_threshold = 0.4 AS $$
    WITH found AS (
        SELECT v.id, v.channel_id, v.status, ts_rank_cd(v.search, words)::double precision + 1 AS rank
        FROM core.videos v, websearch_to_tsquery('english', asked) AS words WHERE v.search @@ words
        UNION ALL
        SELECT v.id, v.channel_id, v.status, public.word_similarity(asked, v.title)::double precision
        FROM core.videos v WHERE asked OPERATOR(public.<%) v.title
    )
    SELECT id, found.channel_id, sum(rank) FROM found
    WHERE (core.sees_all() OR found.channel_id = ANY (core.channel_ids('read')))
      AND status NOT IN ('archived', 'removed')
    GROUP BY id, found.channel_id ORDER BY sum(rank) DESC, id DESC LIMIT most
$$;

CREATE OR REPLACE FUNCTION core.search_channels(asked text, most integer)
RETURNS TABLE (channel_id uuid, rank double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET pg_trgm.word_similarity_threshold = 0.4 AS $$
    SELECT c.id, public.word_similarity(asked, c.name)::double precision
           + (to_tsvector('english', c.name || ' ' || c.description) @@ words)::integer AS rank
    FROM core.channels c, websearch_to_tsquery('english', asked) AS words
    WHERE (core.sees_all() OR c.id = ANY (core.channel_ids('read'))) AND c.status <> 'archived'
      AND (asked OPERATOR(public.<%) c.name
           OR to_tsvector('english', c.name || ' ' || c.description) @@ words)
    ORDER BY 2 DESC, 1 LIMIT most
$$;
