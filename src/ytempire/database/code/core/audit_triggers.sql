-- Which tables leave a trail. Arguments of audit.record_change: key, secret columns, personal columns, the column that
-- names the person, columns whose change alone is not worth a line.
DO $triggers$
DECLARE
    audited record;
BEGIN
    FOR audited IN SELECT * FROM (VALUES
        ('users', 'id', 'password_hash,totp_secret,totp_last_step', 'email,full_name', 'id',
            'updated_at,last_sign_in_at,totp_last_step'),
        ('sessions', 'id', '', 'ip_address,user_agent', 'user_id', 'refreshed_at,expires_at'),
        ('api_keys', 'id', 'key_hash', '', 'user_id', 'last_used_at'),
        ('recovery_codes', 'user_id', 'code_hash', '', 'user_id', ''),
        ('permissions', 'user_id,channel_id', '', '', 'user_id', ''),
        ('channels', 'id', '', '', 'owner_id', 'updated_at'),
        ('personas', 'id', '', '', 'owner_id', 'updated_at'),
        ('templates', 'id', '', '', 'owner_id', 'updated_at'),
        ('categories', 'slug', '', '', '', 'updated_at'),
        ('credentials', 'id', 'secret', '', '', 'updated_at'),
        ('voice_consents', 'id', '', 'speaker,given_how', '', ''),
        ('youtube_projects', 'id', 'client_secret', '', '', 'updated_at'),
        ('channel_connections', 'channel_id', '', '', '',
            'updated_at,checked_at,token_expires_at,fetched_at,subscriber_count,view_count,video_count,'
                'description,country,default_language'),
        ('channel_automation', 'channel_id', '', '', '', 'updated_at'),
        ('publishing_slots', 'channel_id,weekday,local_time', '', '', '', ''),
        ('publications', 'id', 'session_uri', '', '',
            'updated_at,bytes_sent,last_chunk_at,attempt_number,retry_count,lease_token,heartbeat_at,next_try_at'),
        ('publication_edits', 'id', '', '', '', 'lease_token,next_try_at,retry_count'),
        ('videos', 'id', '', '', '', 'updated_at,script,search'),
        ('budgets', 'id', '', '', '', 'updated_at'),
        ('prices', 'id', '', '', '', ''),
        ('alert_rules', 'name', '', '', '', 'severity,description,expires_after'),
        ('feature_flags', 'name', '', '', '', 'updated_at'),
        ('setting_overrides', 'key', 'value', '', '', 'updated_at')
    ) AS rules(name, key, secret, personal, person, noise)
    LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON core.%I FOR EACH ROW'
                       ' EXECUTE FUNCTION audit.record_change(%L, %L, %L, %L, %L)',
                       audited.name, audited.key, audited.secret, audited.personal, audited.person, audited.noise);
    END LOOP;
END
$triggers$;
