-- Facts, written in the transaction of what they tell. The functions are the owner's: what they write is for subscribers
-- that see more than whoever acts.

-- A fact for every subscriber, without an entry in the event log: of what is told and is no event of its own. Its subject,
-- within which order holds, is the row that it is about, such as connection:<id>: whoever changes that row holds it until
-- they commit (outbox/relay.py).
CREATE OR REPLACE FUNCTION core.record_fact(kind text, channel_id uuid, row_id uuid, data jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO core.outbox (subscriber, subject, kind, channel_id, row_id, user_id, data)
    SELECT s.name, split_part(record_fact.kind, '_', 1) || ':' || coalesce(record_fact.row_id, record_fact.channel_id), record_fact.kind, record_fact.channel_id,
           record_fact.row_id, core.current_user_id(), record_fact.data
    FROM core.outbox_subscribers s;
    PERFORM pg_notify('outbox', '');
END $$;
