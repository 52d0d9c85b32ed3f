-- The KPIs, straight from the contract's definitions (design: "Contracts" and "Rules that make it correct").
-- In:  stream_rows(user_id, track_id, listen_time), song_rows(id, track_id, track_name, artists, track_genre,
--      duration_ms): every row of every good file, all text.
-- Out: one view per DynamoDB table. This file shares nothing with the jobs it checks.

-- seconds with 6 decimals, half-even, as an exact integer number of microseconds
CREATE MACRO average_micros(total_ms, people) AS (
    (total_ms * 1000) // people
    + CASE
        WHEN 2 * ((total_ms * 1000) % people) > people THEN 1
        WHEN 2 * ((total_ms * 1000) % people) = people THEN ((total_ms * 1000) // people) % 2
        ELSE 0
      END
);

-- An empty field has no value; spaces round an id, a genre or a number do not belong to it.
CREATE MACRO value_of(field) AS nullif(trim(field), '');

-- One row per (user_id, track_id, listen_time): the same row again, in any file, is the same listen.
CREATE TABLE listens AS
SELECT DISTINCT
    user_id, track_id,
    strftime(listened_at, '%Y-%m-%d') AS day,
    strftime(listened_at, '%H') AS hour,
    listened_at
FROM (
    SELECT value_of(user_id) AS user_id, value_of(track_id) AS track_id,
           CASE WHEN regexp_full_match(
                    trim(listen_time), '\d{4}-\d{2}-\d{2}[ Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|\+00:00)?')
                THEN try_cast(regexp_replace(replace(upper(trim(listen_time)), 'T', ' '), '(Z|\+00:00)$', '')
                              AS TIMESTAMP)
           END AS listened_at
    FROM stream_rows
)
WHERE user_id IS NOT NULL AND track_id IS NOT NULL AND listened_at IS NOT NULL;

-- One row per track_id: the lowest id wins; without ids the lowest genre by bytes.
CREATE TABLE songs AS
SELECT track_id, track_name, artists, track_genre, duration_ms
FROM (
    SELECT value_of(id) AS id, value_of(track_id) AS track_id, value_of(track_genre) AS track_genre,
           nullif(track_name, '') AS track_name, nullif(artists, '') AS artists,
           CASE WHEN regexp_full_match(trim(duration_ms), '\d{1,10}')
                THEN CAST(trim(duration_ms) AS HUGEINT) END AS duration_ms
    FROM song_rows
)
WHERE track_id IS NOT NULL AND track_genre IS NOT NULL AND duration_ms IS NOT NULL
QUALIFY row_number() OVER (
    PARTITION BY track_id
    ORDER BY try_cast(id AS HUGEINT) NULLS LAST, id NULLS LAST, track_genre,
             track_name NULLS FIRST, artists NULLS FIRST, duration_ms
) = 1;

CREATE VIEW played AS
SELECT listens.*, songs.track_name, songs.artists, songs.track_genre, songs.duration_ms
FROM listens LEFT JOIN songs USING (track_id);

CREATE VIEW song_days AS
SELECT day, track_genre, track_id, track_name, artists, count(*) AS listens
FROM played WHERE track_genre IS NOT NULL GROUP BY ALL;

CREATE VIEW top_songs AS
SELECT *, row_number() OVER (PARTITION BY day, track_genre ORDER BY listens DESC, track_id) AS rank
FROM song_days QUALIFY rank <= 3;

CREATE VIEW genre_days AS
SELECT day, track_genre, count(*) AS listens FROM played WHERE track_genre IS NOT NULL GROUP BY ALL;

CREATE VIEW top_genres AS
SELECT *, row_number() OVER (PARTITION BY day ORDER BY listens DESC, track_genre) AS rank
FROM genre_days QUALIFY rank <= 5;

CREATE VIEW track_days AS
SELECT track_id, day, track_name, artists, track_genre,
       count(*) AS listens, count(DISTINCT user_id) AS people, sum(duration_ms) AS total_ms
FROM played GROUP BY ALL;

CREATE VIEW track_level_reports AS
SELECT track_id, day AS report_date,
       track_days.listens AS total_listens,
       people AS unique_users,
       total_ms AS total_listening_time,
       average_micros(total_ms, people) AS avg_listening_time_per_user,
       track_days.track_name, track_days.artists, track_days.track_genre,
       track_days.track_genre IS NOT NULL AS song_known,
       rank AS rank_in_genre
FROM track_days LEFT JOIN top_songs USING (day, track_id);

CREATE VIEW cuts AS
SELECT day, 'DAY' AS kpi_type, user_id, duration_ms FROM played
UNION ALL
SELECT day, 'HOUR#' || hour, user_id, duration_ms FROM played
UNION ALL
SELECT day, 'GENRE#' || track_genre, user_id, duration_ms FROM played WHERE track_genre IS NOT NULL
UNION ALL
SELECT day, 'HOUR#' || hour || '#GENRE#' || track_genre, user_id, duration_ms
FROM played WHERE track_genre IS NOT NULL;

CREATE VIEW cut_days AS
SELECT day, kpi_type, count(*) AS listens, count(DISTINCT user_id) AS people,
       coalesce(sum(duration_ms), 0) AS total_ms
FROM cuts GROUP BY ALL;

CREATE VIEW "MusicStreamingKPIs" AS
SELECT day AS listen_date, kpi_type,
       listens AS listen_count,
       people AS unique_listeners,
       total_ms AS total_listening_time,
       average_micros(total_ms, people) AS avg_listening_time_per_user
FROM cut_days;

CREATE VIEW "TopSongsByGenre" AS
SELECT day AS listen_date, track_genre,
       list({rank: rank, track_id: track_id, track_name: track_name, artists: artists, listens: listens}
            ORDER BY rank) AS top_3_songs
FROM top_songs
GROUP BY ALL;

CREATE VIEW "TopGenresByDay" AS
SELECT day AS listen_date,
       list({rank: rank, track_genre: track_genre, listens: listens} ORDER BY rank) AS top_5_genres
FROM top_genres
GROUP BY ALL;

CREATE VIEW "GenreDailyKPIs" AS
SELECT kpi.listen_date AS date, kpi.kpi_type[7:] AS track_genre,
       kpi.listen_count, kpi.unique_listeners, kpi.total_listening_time, kpi.avg_listening_time_per_user,
       (SELECT string_agg(track_name, ', ' ORDER BY rank) FROM top_songs
        WHERE day = kpi.listen_date AND track_genre = kpi.kpi_type[7:]) AS top_3_songs,
       (SELECT string_agg(track_genre, ', ' ORDER BY rank) FROM top_genres
        WHERE day = kpi.listen_date) AS top_5_genres
FROM "MusicStreamingKPIs" AS kpi
WHERE kpi.kpi_type LIKE 'GENRE#%';
