-- The KPIs, straight from the contract's definitions (design: "Contracts" and "Rules that make it correct").
-- In:  listens(user_id, track_id, listened_at): one row per listen, and song_rows(id, track_id, track_name,
--      artists, track_genre, duration_ms): every row of every good file, all text.
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

-- White space of every kind, the zero-width space and the byte order mark.
SET VARIABLE blanks = (
    SELECT string_agg(chr(code::INTEGER), '')
    FROM (SELECT unnest(range(9, 14) || range(28, 33) || range(8192, 8204)
                        || [133, 160, 5760, 6158, 8232, 8233, 8239, 8287, 8288, 12288, 65279]) AS code)
);

-- An empty field has no value; blanks round an id, a genre or a number do not belong to it.
CREATE MACRO trimmed(field) AS trim(field, getvariable('blanks'));
CREATE MACRO value_of(field) AS nullif(trimmed(field), '');

-- An id that is a whole number is compared as one.
CREATE MACRO number_of(id) AS CASE WHEN regexp_full_match(id, '-?\d{1,38}') THEN CAST(id AS HUGEINT) END;

-- One row per track_id: the lowest id wins; without ids the lowest genre by bytes.
CREATE TABLE songs AS
SELECT track_id, track_name, artists, track_genre, duration_ms
FROM (
    SELECT value_of(id) AS id, value_of(track_id) AS track_id, value_of(track_genre) AS track_genre,
           nullif(track_name, '') AS track_name, nullif(artists, '') AS artists,
           CASE WHEN regexp_full_match(trimmed(duration_ms), '\d{1,10}')
                THEN CAST(trimmed(duration_ms) AS HUGEINT) END AS duration_ms
    FROM song_rows
)
WHERE strlen(track_id) <= 1024 AND strlen(track_genre) <= 900 AND duration_ms IS NOT NULL
  AND coalesce(strlen(track_name), 0) <= 4096 AND coalesce(strlen(artists), 0) <= 4096
QUALIFY row_number() OVER (
    PARTITION BY track_id
    ORDER BY number_of(id) NULLS LAST, CASE WHEN number_of(id) IS NULL THEN id END NULLS LAST, track_genre,
             track_name NULLS FIRST, artists NULLS FIRST, duration_ms
) = 1;

CREATE VIEW played AS
SELECT strftime(listened_at, '%Y-%m-%d') AS day, strftime(listened_at, '%H') AS hour,
       listens.user_id, listens.track_id, songs.track_name, songs.artists, songs.track_genre, songs.duration_ms
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
       -- '' where none of them has a name
       coalesce((SELECT string_agg(track_name, ', ' ORDER BY rank) FROM top_songs
                 WHERE day = kpi.listen_date AND track_genre = kpi.kpi_type[7:]), '') AS top_3_songs,
       (SELECT string_agg(track_genre, ', ' ORDER BY rank) FROM top_genres
        WHERE day = kpi.listen_date) AS top_5_genres
FROM "MusicStreamingKPIs" AS kpi
WHERE kpi.kpi_type LIKE 'GENRE#%';
