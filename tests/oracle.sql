-- From delivered rows to listens. What the KPIs of listens are, says scripts/music/audit/kpis.sql.
-- In:  stream_rows(user_id, track_id, listen_time): every row of every good file, all text.
-- Out: listens(user_id, track_id, listened_at). This file shares nothing with the jobs it checks.

-- White space of every kind, the zero-width space and the byte order mark: at the edges of a value, no part of it.
SET VARIABLE edges = (
    SELECT string_agg(chr(code::INTEGER), '')
    FROM (SELECT unnest(range(9, 14) || range(28, 33) || range(8192, 8204)
                        || [133, 160, 5760, 6158, 8232, 8233, 8239, 8287, 8288, 12288, 65279]) AS code)
);

-- One row per (user_id, track_id, listen_time): the same row again, in any file, is the same listen.
CREATE TABLE listens AS
SELECT DISTINCT user_id, track_id, listened_at FROM (
    SELECT nullif(trim(user_id, getvariable('edges')), '') AS user_id, nullif(trim(track_id, getvariable('edges')), '') AS track_id,
           CASE WHEN regexp_full_match(
                    written,
                    '\d{4}-\d{2}-\d{2}[ Tt]([01]\d|2[0-3]):\d{2}:\d{2}(\.\d{1,6})?([Zz]|\+00:00)?')
                THEN try_cast(regexp_replace(replace(upper(written), 'T', ' '), '(Z|\+00:00)$', '')
                              AS TIMESTAMP)
           END AS listened_at
    FROM (SELECT *, trim(listen_time, getvariable('edges')) AS written FROM stream_rows)
)
WHERE strlen(user_id) <= 1024 AND strlen(track_id) <= 1024 AND listened_at >= TIMESTAMP '1900-01-01';
