-- overview, of_one=False
WITH days AS MATERIALIZED (SELECT *
  FROM json_to_recordset(%(parts)s::json) AS r(day date,
    views numeric,
    likes numeric,
    comments numeric,
    shares numeric,
    impressions numeric,
    subscribers_gained numeric,
    subscribers_lost numeric,
    watch_time_minutes numeric,
    estimated_revenue_usd numeric,
    clicks numeric,
    viewed_seconds numeric,
    averages_basis_views numeric,
    viewed_percent numeric))
SELECT json_build_object('since',
    %(since)s::date,
    'until',
    %(until)s::date,
    'channel_id',
    %(channel_id)s::uuid,
'current',
    (SELECT json_build_object('views',
    s.views,
    'likes',
    s.likes,
    'comments',
    s.comments,
    'shares',
    s.shares,
    'impressions',
    s.impressions,
    'subscribers_net',
    (s.subscribers_gained - s.subscribers_lost),
    'watch_time_minutes',
    (s.watch_time_minutes)::float8,
    'revenue_usd',
    (s.estimated_revenue_usd)::numeric(30, 6)::text,
    'engagement_rate',
    round((s.likes + s.comments + s.shares) / nullif(greatest(s.views, 0), 0), 6)::float8,
    'rpm_usd',
    (s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0))::numeric(30, 6)::text,
    'click_through_rate',
    round(s.clicks / nullif(s.impressions, 0), 6)::float8,
    'average_view_seconds',
    round(s.viewed_seconds / nullif(s.averages_basis_views, 0), 6)::float8,
    'average_viewed_percent',
    round(s.viewed_percent / nullif(s.averages_basis_views, 0), 6)::float8)
FROM (SELECT coalesce(sum(r.views), 0) AS views,
    coalesce(sum(r.likes), 0) AS likes,
    coalesce(sum(r.comments), 0) AS comments,
    coalesce(sum(r.shares), 0) AS shares,
    coalesce(sum(r.impressions), 0) AS impressions,
    coalesce(sum(r.subscribers_gained), 0) AS subscribers_gained,
    coalesce(sum(r.subscribers_lost), 0) AS subscribers_lost,
    coalesce(sum(r.watch_time_minutes), 0) AS watch_time_minutes,
    coalesce(sum(r.estimated_revenue_usd), 0) AS estimated_revenue_usd,
    coalesce(sum(r.clicks), 0) AS clicks,
    coalesce(sum(r.viewed_seconds), 0) AS viewed_seconds,
    coalesce(sum(r.averages_basis_views), 0) AS averages_basis_views,
    coalesce(sum(r.viewed_percent), 0) AS viewed_percent
  FROM days r
  WHERE r.day >= %(since)s) s),
'previous',
    (SELECT json_build_object('since',
    %(before)s::date,
    'until',
    %(since)s::date - 1,
    'views',
    s.views,
    'likes',
    s.likes,
    'comments',
    s.comments,
    'shares',
    s.shares,
    'impressions',
    s.impressions,
    'subscribers_net',
    (s.subscribers_gained - s.subscribers_lost),
    'watch_time_minutes',
    (s.watch_time_minutes)::float8,
    'revenue_usd',
    (s.estimated_revenue_usd)::numeric(30, 6)::text,
    'engagement_rate',
    round((s.likes + s.comments + s.shares) / nullif(greatest(s.views, 0), 0), 6)::float8,
    'rpm_usd',
    (s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0))::numeric(30, 6)::text,
    'click_through_rate',
    round(s.clicks / nullif(s.impressions, 0), 6)::float8,
    'average_view_seconds',
    round(s.viewed_seconds / nullif(s.averages_basis_views, 0), 6)::float8,
    'average_viewed_percent',
    round(s.viewed_percent / nullif(s.averages_basis_views, 0), 6)::float8)
FROM (SELECT coalesce(sum(r.views), 0) AS views,
    coalesce(sum(r.likes), 0) AS likes,
    coalesce(sum(r.comments), 0) AS comments,
    coalesce(sum(r.shares), 0) AS shares,
    coalesce(sum(r.impressions), 0) AS impressions,
    coalesce(sum(r.subscribers_gained), 0) AS subscribers_gained,
    coalesce(sum(r.subscribers_lost), 0) AS subscribers_lost,
    coalesce(sum(r.watch_time_minutes), 0) AS watch_time_minutes,
    coalesce(sum(r.estimated_revenue_usd), 0) AS estimated_revenue_usd,
    coalesce(sum(r.clicks), 0) AS clicks,
    coalesce(sum(r.viewed_seconds), 0) AS viewed_seconds,
    coalesce(sum(r.averages_basis_views), 0) AS averages_basis_views,
    coalesce(sum(r.viewed_percent), 0) AS viewed_percent
  FROM days r
  WHERE r.day < %(since)s) s),
'days',
    (SELECT json_agg(json_build_object('day',
    s.day,
    'views',
    s.views,
    'likes',
    s.likes,
    'comments',
    s.comments,
    'shares',
    s.shares,
    'impressions',
    s.impressions,
    'subscribers_net',
    (s.subscribers_gained - s.subscribers_lost),
    'watch_time_minutes',
    (s.watch_time_minutes)::float8,
    'revenue_usd',
    (s.estimated_revenue_usd)::numeric(30, 6)::text,
    'engagement_rate',
    round((s.likes + s.comments + s.shares) / nullif(greatest(s.views, 0), 0), 6)::float8,
    'rpm_usd',
    (s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0))::numeric(30, 6)::text,
    'click_through_rate',
    round(s.clicks / nullif(s.impressions, 0), 6)::float8,
    'average_view_seconds',
    round(s.viewed_seconds / nullif(s.averages_basis_views, 0), 6)::float8,
    'average_viewed_percent',
    round(s.viewed_percent / nullif(s.averages_basis_views, 0), 6)::float8)
  ORDER BY s.day)
FROM (SELECT each_day::date AS day,
    coalesce(sum(r.views), 0) AS views,
    coalesce(sum(r.likes), 0) AS likes,
    coalesce(sum(r.comments), 0) AS comments,
    coalesce(sum(r.shares), 0) AS shares,
    coalesce(sum(r.impressions), 0) AS impressions,
    coalesce(sum(r.subscribers_gained), 0) AS subscribers_gained,
    coalesce(sum(r.subscribers_lost), 0) AS subscribers_lost,
    coalesce(sum(r.watch_time_minutes), 0) AS watch_time_minutes,
    coalesce(sum(r.estimated_revenue_usd), 0) AS estimated_revenue_usd,
    coalesce(sum(r.clicks), 0) AS clicks,
    coalesce(sum(r.viewed_seconds), 0) AS viewed_seconds,
    coalesce(sum(r.averages_basis_views), 0) AS averages_basis_views,
    coalesce(sum(r.viewed_percent), 0) AS viewed_percent
FROM generate_series(%(since)s::date::timestamp,
    %(until)s::date::timestamp,
    '1 day') AS each_day
  LEFT JOIN days r ON r.day = each_day::date
  GROUP BY 1) s)
)::text;

-- rpm, of_one=False
WITH best AS MATERIALIZED (
SELECT r.channel_id,
    sum(r.estimated_revenue_usd) AS revenue
  FROM metrics.channel_daily r
WHERE r.day BETWEEN %(monday)s
  AND %(until)s
GROUP BY 1
  ORDER BY 2 DESC, 1 LIMIT %(limit)s),
weeks AS MATERIALIZED (
SELECT b.channel_id,
    w.*
  FROM best b,
    LATERAL (
SELECT date_trunc('week',
    r.day::timestamp)::date AS week,
    coalesce(sum(r.estimated_revenue_usd), 0) AS estimated_revenue_usd,
    coalesce(sum(r.views), 0) AS views
FROM metrics.channel_daily r
WHERE r.channel_id = b.channel_id
  AND r.day BETWEEN %(first)s
  AND %(until)s
  GROUP BY 1) w),
shown AS (
SELECT s.*,
    (SELECT s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0)
  FROM (SELECT s.moving_views AS views,
s.moving_revenue AS estimated_revenue_usd) s) AS moving_rpm
FROM (SELECT w.*,
    b.revenue,
    sum(w.views) OVER month AS moving_views,
sum(w.estimated_revenue_usd) OVER month AS moving_revenue
FROM weeks w
  JOIN best b ON b.channel_id = w.channel_id
WINDOW month AS (PARTITION BY w.channel_id
  ORDER BY w.week
RANGE BETWEEN '21 days' PRECEDING
  AND CURRENT ROW)) s
WHERE s.week >= %(monday)s)
SELECT json_build_object('since',
    %(monday)s::date,
    'until',
    %(until)s::date,
    'channel_id',
    %(channel_id)s::uuid,
'items',
    coalesce((SELECT json_agg(item
  ORDER BY revenue DESC,
    channel_id)
  FROM (
SELECT s.revenue,
    s.channel_id,
    json_build_object('channel_id',
    s.channel_id,
    'channel_name',
    c.name,
'weeks',
    json_agg(json_build_object('week',
    to_char(s.week,
    'IYYY-"W"IW'),
    'monday',
    s.week,
'views',
    s.views,
    'revenue_usd',
    (s.estimated_revenue_usd)::numeric(30, 6)::text,
    'rpm_usd',
    (s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0))::numeric(30, 6)::text,
'moving_rpm_usd',
    s.moving_rpm::numeric(30, 6)::text)
  ORDER BY s.week)) AS item
FROM shown s
  JOIN core.channels c ON c.id = s.channel_id
  GROUP BY s.revenue,
    s.channel_id,
    c.name) i),
    '[]')
)::text;

-- heatmap, of_one=False
WITH hours AS MATERIALIZED (SELECT r.hour AT TIME ZONE %(zone)s AS at,
    r.*
  FROM json_to_recordset(%(parts)s::json) AS r(hour timestamptz,
    views numeric,
    watch_time_minutes numeric,
    likes numeric,
    comments numeric,
    shares numeric)),
counted AS (SELECT extract(isodow
  FROM r.at)::integer AS weekday,
    extract(hour
  FROM r.at)::integer AS hour,
    coalesce(sum(r.views), 0) AS views,
    coalesce(sum(r.watch_time_minutes), 0) AS watch_time_minutes,
    coalesce(sum(r.likes), 0) AS likes,
    coalesce(sum(r.comments), 0) AS comments,
    coalesce(sum(r.shares), 0) AS shares
  FROM hours r
  GROUP BY 1, 2),
begun AS (
SELECT extract(isodow
  FROM (each_hour AT TIME ZONE %(zone)s))::integer AS weekday,
    extract(hour
  FROM (each_hour AT TIME ZONE %(zone)s))::integer AS hour,
    count(*) AS hours
FROM generate_series(date_trunc('hour',
    (%(since)s::date::timestamp AT TIME ZONE %(zone)s) + interval '59 minutes',
    'UTC'),
least(((%(until)s::date + 1)::timestamp AT TIME ZONE %(zone)s) - interval '1 minute',
    %(now)s),
    '1 hour') AS each_hour
  GROUP BY 1, 2)
SELECT json_build_object('since',
    %(since)s::date,
    'until',
    %(until)s::date,
    'channel_id',
    %(channel_id)s::uuid,
    'time_zone',
    %(zone)s::text,
'items',
    coalesce((SELECT json_agg(json_build_object('weekday',
    s.weekday,
    'hour',
    s.hour,
    'hours',
    s.hours,
'views_per_hour',
    round(s.views / s.hours, 6)::float8,
    'views',
    s.views,
    'watch_time_minutes',
    (s.watch_time_minutes)::float8,
    'engagement_rate',
    round((s.likes + s.comments + s.shares) / nullif(greatest(s.views, 0), 0), 6)::float8)
  ORDER BY s.weekday,
    s.hour)
FROM (SELECT b.weekday,
    b.hour,
    b.hours,
    coalesce(sum(r.views), 0) AS views,
    coalesce(sum(r.watch_time_minutes), 0) AS watch_time_minutes,
    coalesce(sum(r.likes), 0) AS likes,
    coalesce(sum(r.comments), 0) AS comments,
    coalesce(sum(r.shares), 0) AS shares
  FROM begun b
LEFT
  JOIN counted r
  USING (weekday,
    hour)
  GROUP BY 1, 2, 3) s),
    '[]')
)::text;

-- traffic, of_one=False
WITH members AS MATERIALIZED (SELECT part.member,
    sum(part.views) AS views,
    sum(part.watch_time_minutes) AS watch_time_minutes
  FROM json_to_recordset(%(parts)s::json) AS part(member text,
    views numeric,
    watch_time_minutes numeric)
  GROUP BY 1)
SELECT json_build_object('since',
    %(since)s::date,
    'until',
    %(until)s::date,
    'channel_id',
    %(channel_id)s::uuid,
    'dimension',
    %(dimension)s::text,
'views',
    (SELECT coalesce(sum(views), 0)
  FROM members),
'items',
    coalesce((SELECT json_agg(json_build_object('member',
    s.member,
    'views',
    s.views,
'watch_time_minutes',
    s.watch_time_minutes::float8,
    'share',
    round(s.views / nullif(s.all_views, 0), 6)::float8)
  ORDER BY s.views DESC,
    s.member)
  FROM (
SELECT m.*,
    (SELECT sum(views)
  FROM members) AS all_views
  FROM members m
ORDER BY m.views DESC,
    m.member LIMIT %(limit)s) s),
    '[]')
)::text;

-- videos by views, of_one=False
WITH
channels AS MATERIALIZED (
SELECT m.*,
    row_number() OVER (ORDER BY most DESC NULLS LAST) AS place
  FROM (
SELECT s.channel_id,
    s.views + coalesce((SELECT sum(f.views)
  FROM metrics.channel_corrections f
  WHERE f.channel_id = s.channel_id
AND f.day BETWEEN %(since)s::date - 1
  AND %(until)s::date + 1), 0) AS most
  FROM (
SELECT r.channel_id,
    coalesce(sum(r.views), 0) AS views
  FROM metrics.channel_daily r
WHERE r.day BETWEEN %(since)s
  AND %(until)s
  GROUP BY 1) s) m),
    best AS MATERIALIZED (
SELECT s.*,
    rank() OVER (ORDER BY s.views DESC NULLS LAST) AS place
  FROM (
SELECT s.*
  FROM (
SELECT r.channel_id,
    r.video_id,
    coalesce(sum(r.views), 0) AS views
  FROM metrics.video_daily r
WHERE r.day BETWEEN %(since)s
  AND %(until)s
  AND r.channel_id = ANY (ARRAY(SELECT channel_id
  FROM channels
  WHERE place <= %(among)s))
  GROUP BY 1, 2 ) s
ORDER BY s.views DESC NULLS LAST,
    s.video_id LIMIT %(limit)s) s)
SELECT json_build_object('since',
    %(since)s::date,
    'until',
    %(until)s::date,
    'channel_id',
    %(channel_id)s::uuid,
    'metric',
    %(metric)s::text,
    'min_views',
    %(min_views)s::bigint,
'items',
    coalesce((
SELECT json_agg(json_build_object(
'rank',
    b.place,
    'video_id',
    b.video_id,
    'title',
    v.title,
    'channel_id',
    b.channel_id,
'channel_name',
    c.name,
    'views',
    s.views,
    'likes',
    s.likes,
    'comments',
    s.comments,
    'shares',
    s.shares,
    'impressions',
    s.impressions,
    'subscribers_net',
    (s.subscribers_gained - s.subscribers_lost),
    'watch_time_minutes',
    (s.watch_time_minutes)::float8,
    'revenue_usd',
    (s.estimated_revenue_usd)::numeric(30, 6)::text,
    'engagement_rate',
    round((s.likes + s.comments + s.shares) / nullif(greatest(s.views, 0), 0), 6)::float8,
    'rpm_usd',
    (s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0))::numeric(30, 6)::text,
    'click_through_rate',
    round(s.clicks / nullif(s.impressions, 0), 6)::float8,
    'average_view_seconds',
    round(s.viewed_seconds / nullif(s.averages_basis_views, 0), 6)::float8,
    'average_viewed_percent',
    round(s.viewed_percent / nullif(s.averages_basis_views, 0), 6)::float8)
  ORDER BY b.place,
    b.video_id)
FROM best b
  LEFT JOIN core.videos v ON v.id = b.video_id
  LEFT JOIN core.channels c ON c.id = b.channel_id
JOIN (SELECT r.channel_id,
    r.video_id,
    coalesce(sum(r.views), 0) AS views,
    coalesce(sum(r.likes), 0) AS likes,
    coalesce(sum(r.comments), 0) AS comments,
    coalesce(sum(r.shares), 0) AS shares,
    coalesce(sum(r.impressions), 0) AS impressions,
    coalesce(sum(r.subscribers_gained), 0) AS subscribers_gained,
    coalesce(sum(r.subscribers_lost), 0) AS subscribers_lost,
    coalesce(sum(r.watch_time_minutes), 0) AS watch_time_minutes,
    coalesce(sum(r.estimated_revenue_usd), 0) AS estimated_revenue_usd,
    coalesce(sum(r.clicks), 0) AS clicks,
    coalesce(sum(r.viewed_seconds), 0) AS viewed_seconds,
    coalesce(sum(r.averages_basis_views), 0) AS averages_basis_views,
    coalesce(sum(r.viewed_percent), 0) AS viewed_percent
  FROM metrics.video_daily r
WHERE r.channel_id = ANY (ARRAY(SELECT channel_id
  FROM best))
AND r.video_id = ANY (ARRAY(SELECT video_id
  FROM best))
AND r.day BETWEEN %(since)s
  AND %(until)s
  GROUP BY 1, 2) s
ON (s.channel_id,
    s.video_id) = (b.channel_id,
    b.video_id)),
    '[]')
)::text,
(SELECT max(most)
  FROM channels
  WHERE place > %(among)s) IS NULL
OR (SELECT count(*) = %(limit)s
  AND min(s.views) > (SELECT max(most)
  FROM channels
  WHERE place > %(among)s)
FROM best s);

-- overview, of_one=True
WITH days AS MATERIALIZED (SELECT r.day,
    coalesce(sum(r.views), 0) AS views,
    coalesce(sum(r.likes), 0) AS likes,
    coalesce(sum(r.comments), 0) AS comments,
    coalesce(sum(r.shares), 0) AS shares,
    coalesce(sum(r.impressions), 0) AS impressions,
    coalesce(sum(r.subscribers_gained), 0) AS subscribers_gained,
    coalesce(sum(r.subscribers_lost), 0) AS subscribers_lost,
    coalesce(sum(r.watch_time_minutes), 0) AS watch_time_minutes,
    coalesce(sum(r.estimated_revenue_usd), 0) AS estimated_revenue_usd,
    coalesce(sum(r.clicks), 0) AS clicks,
    coalesce(sum(r.viewed_seconds), 0) AS viewed_seconds,
    coalesce(sum(r.averages_basis_views), 0) AS averages_basis_views,
    coalesce(sum(r.viewed_percent), 0) AS viewed_percent
  FROM metrics.channel_daily r
WHERE r.day BETWEEN %(before)s
  AND %(until)s
  AND r.channel_id = %(channel_id)s
  GROUP BY r.day)
SELECT json_build_object('since',
    %(since)s::date,
    'until',
    %(until)s::date,
    'channel_id',
    %(channel_id)s::uuid,
'current',
    (SELECT json_build_object('views',
    s.views,
    'likes',
    s.likes,
    'comments',
    s.comments,
    'shares',
    s.shares,
    'impressions',
    s.impressions,
    'subscribers_net',
    (s.subscribers_gained - s.subscribers_lost),
    'watch_time_minutes',
    (s.watch_time_minutes)::float8,
    'revenue_usd',
    (s.estimated_revenue_usd)::numeric(30, 6)::text,
    'engagement_rate',
    round((s.likes + s.comments + s.shares) / nullif(greatest(s.views, 0), 0), 6)::float8,
    'rpm_usd',
    (s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0))::numeric(30, 6)::text,
    'click_through_rate',
    round(s.clicks / nullif(s.impressions, 0), 6)::float8,
    'average_view_seconds',
    round(s.viewed_seconds / nullif(s.averages_basis_views, 0), 6)::float8,
    'average_viewed_percent',
    round(s.viewed_percent / nullif(s.averages_basis_views, 0), 6)::float8)
FROM (SELECT coalesce(sum(r.views), 0) AS views,
    coalesce(sum(r.likes), 0) AS likes,
    coalesce(sum(r.comments), 0) AS comments,
    coalesce(sum(r.shares), 0) AS shares,
    coalesce(sum(r.impressions), 0) AS impressions,
    coalesce(sum(r.subscribers_gained), 0) AS subscribers_gained,
    coalesce(sum(r.subscribers_lost), 0) AS subscribers_lost,
    coalesce(sum(r.watch_time_minutes), 0) AS watch_time_minutes,
    coalesce(sum(r.estimated_revenue_usd), 0) AS estimated_revenue_usd,
    coalesce(sum(r.clicks), 0) AS clicks,
    coalesce(sum(r.viewed_seconds), 0) AS viewed_seconds,
    coalesce(sum(r.averages_basis_views), 0) AS averages_basis_views,
    coalesce(sum(r.viewed_percent), 0) AS viewed_percent
  FROM days r
  WHERE r.day >= %(since)s) s),
'previous',
    (SELECT json_build_object('since',
    %(before)s::date,
    'until',
    %(since)s::date - 1,
    'views',
    s.views,
    'likes',
    s.likes,
    'comments',
    s.comments,
    'shares',
    s.shares,
    'impressions',
    s.impressions,
    'subscribers_net',
    (s.subscribers_gained - s.subscribers_lost),
    'watch_time_minutes',
    (s.watch_time_minutes)::float8,
    'revenue_usd',
    (s.estimated_revenue_usd)::numeric(30, 6)::text,
    'engagement_rate',
    round((s.likes + s.comments + s.shares) / nullif(greatest(s.views, 0), 0), 6)::float8,
    'rpm_usd',
    (s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0))::numeric(30, 6)::text,
    'click_through_rate',
    round(s.clicks / nullif(s.impressions, 0), 6)::float8,
    'average_view_seconds',
    round(s.viewed_seconds / nullif(s.averages_basis_views, 0), 6)::float8,
    'average_viewed_percent',
    round(s.viewed_percent / nullif(s.averages_basis_views, 0), 6)::float8)
FROM (SELECT coalesce(sum(r.views), 0) AS views,
    coalesce(sum(r.likes), 0) AS likes,
    coalesce(sum(r.comments), 0) AS comments,
    coalesce(sum(r.shares), 0) AS shares,
    coalesce(sum(r.impressions), 0) AS impressions,
    coalesce(sum(r.subscribers_gained), 0) AS subscribers_gained,
    coalesce(sum(r.subscribers_lost), 0) AS subscribers_lost,
    coalesce(sum(r.watch_time_minutes), 0) AS watch_time_minutes,
    coalesce(sum(r.estimated_revenue_usd), 0) AS estimated_revenue_usd,
    coalesce(sum(r.clicks), 0) AS clicks,
    coalesce(sum(r.viewed_seconds), 0) AS viewed_seconds,
    coalesce(sum(r.averages_basis_views), 0) AS averages_basis_views,
    coalesce(sum(r.viewed_percent), 0) AS viewed_percent
  FROM days r
  WHERE r.day < %(since)s) s),
'days',
    (SELECT json_agg(json_build_object('day',
    s.day,
    'views',
    s.views,
    'likes',
    s.likes,
    'comments',
    s.comments,
    'shares',
    s.shares,
    'impressions',
    s.impressions,
    'subscribers_net',
    (s.subscribers_gained - s.subscribers_lost),
    'watch_time_minutes',
    (s.watch_time_minutes)::float8,
    'revenue_usd',
    (s.estimated_revenue_usd)::numeric(30, 6)::text,
    'engagement_rate',
    round((s.likes + s.comments + s.shares) / nullif(greatest(s.views, 0), 0), 6)::float8,
    'rpm_usd',
    (s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0))::numeric(30, 6)::text,
    'click_through_rate',
    round(s.clicks / nullif(s.impressions, 0), 6)::float8,
    'average_view_seconds',
    round(s.viewed_seconds / nullif(s.averages_basis_views, 0), 6)::float8,
    'average_viewed_percent',
    round(s.viewed_percent / nullif(s.averages_basis_views, 0), 6)::float8)
  ORDER BY s.day)
FROM (SELECT each_day::date AS day,
    coalesce(sum(r.views), 0) AS views,
    coalesce(sum(r.likes), 0) AS likes,
    coalesce(sum(r.comments), 0) AS comments,
    coalesce(sum(r.shares), 0) AS shares,
    coalesce(sum(r.impressions), 0) AS impressions,
    coalesce(sum(r.subscribers_gained), 0) AS subscribers_gained,
    coalesce(sum(r.subscribers_lost), 0) AS subscribers_lost,
    coalesce(sum(r.watch_time_minutes), 0) AS watch_time_minutes,
    coalesce(sum(r.estimated_revenue_usd), 0) AS estimated_revenue_usd,
    coalesce(sum(r.clicks), 0) AS clicks,
    coalesce(sum(r.viewed_seconds), 0) AS viewed_seconds,
    coalesce(sum(r.averages_basis_views), 0) AS averages_basis_views,
    coalesce(sum(r.viewed_percent), 0) AS viewed_percent
FROM generate_series(%(since)s::date::timestamp,
    %(until)s::date::timestamp,
    '1 day') AS each_day
  LEFT JOIN days r ON r.day = each_day::date
  GROUP BY 1) s)
)::text;

-- rpm, of_one=True
WITH best AS MATERIALIZED (
SELECT r.channel_id,
    sum(r.estimated_revenue_usd) AS revenue
  FROM metrics.channel_daily r
WHERE r.day BETWEEN %(monday)s
  AND %(until)s
  AND r.channel_id = %(channel_id)s
GROUP BY 1
  ORDER BY 2 DESC, 1 LIMIT %(limit)s),
weeks AS MATERIALIZED (
SELECT b.channel_id,
    w.*
  FROM best b,
    LATERAL (
SELECT date_trunc('week',
    r.day::timestamp)::date AS week,
    coalesce(sum(r.estimated_revenue_usd), 0) AS estimated_revenue_usd,
    coalesce(sum(r.views), 0) AS views
FROM metrics.channel_daily r
WHERE r.channel_id = b.channel_id
  AND r.day BETWEEN %(first)s
  AND %(until)s
  GROUP BY 1) w),
shown AS (
SELECT s.*,
    (SELECT s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0)
  FROM (SELECT s.moving_views AS views,
s.moving_revenue AS estimated_revenue_usd) s) AS moving_rpm
FROM (SELECT w.*,
    b.revenue,
    sum(w.views) OVER month AS moving_views,
sum(w.estimated_revenue_usd) OVER month AS moving_revenue
FROM weeks w
  JOIN best b ON b.channel_id = w.channel_id
WINDOW month AS (PARTITION BY w.channel_id
  ORDER BY w.week
RANGE BETWEEN '21 days' PRECEDING
  AND CURRENT ROW)) s
WHERE s.week >= %(monday)s)
SELECT json_build_object('since',
    %(monday)s::date,
    'until',
    %(until)s::date,
    'channel_id',
    %(channel_id)s::uuid,
'items',
    coalesce((SELECT json_agg(item
  ORDER BY revenue DESC,
    channel_id)
  FROM (
SELECT s.revenue,
    s.channel_id,
    json_build_object('channel_id',
    s.channel_id,
    'channel_name',
    c.name,
'weeks',
    json_agg(json_build_object('week',
    to_char(s.week,
    'IYYY-"W"IW'),
    'monday',
    s.week,
'views',
    s.views,
    'revenue_usd',
    (s.estimated_revenue_usd)::numeric(30, 6)::text,
    'rpm_usd',
    (s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0))::numeric(30, 6)::text,
'moving_rpm_usd',
    s.moving_rpm::numeric(30, 6)::text)
  ORDER BY s.week)) AS item
FROM shown s
  JOIN core.channels c ON c.id = s.channel_id
  GROUP BY s.revenue,
    s.channel_id,
    c.name) i),
    '[]')
)::text;

-- heatmap, of_one=True
WITH hours AS MATERIALIZED (SELECT r.hour AT TIME ZONE %(zone)s AS at,
    r.*
  FROM metrics.channel_hourly r
WHERE r.hour >= (%(since)s::date::timestamp AT TIME ZONE %(zone)s)
  AND r.hour < ((%(until)s::date + 1)::timestamp AT TIME ZONE %(zone)s)
  AND r.channel_id = %(channel_id)s),
counted AS (SELECT extract(isodow
  FROM r.at)::integer AS weekday,
    extract(hour
  FROM r.at)::integer AS hour,
    coalesce(sum(r.views), 0) AS views,
    coalesce(sum(r.watch_time_minutes), 0) AS watch_time_minutes,
    coalesce(sum(r.likes), 0) AS likes,
    coalesce(sum(r.comments), 0) AS comments,
    coalesce(sum(r.shares), 0) AS shares
  FROM hours r
  GROUP BY 1, 2),
begun AS (
SELECT extract(isodow
  FROM (each_hour AT TIME ZONE %(zone)s))::integer AS weekday,
    extract(hour
  FROM (each_hour AT TIME ZONE %(zone)s))::integer AS hour,
    count(*) AS hours
FROM generate_series(date_trunc('hour',
    (%(since)s::date::timestamp AT TIME ZONE %(zone)s) + interval '59 minutes',
    'UTC'),
least(((%(until)s::date + 1)::timestamp AT TIME ZONE %(zone)s) - interval '1 minute',
    %(now)s),
    '1 hour') AS each_hour
  GROUP BY 1, 2)
SELECT json_build_object('since',
    %(since)s::date,
    'until',
    %(until)s::date,
    'channel_id',
    %(channel_id)s::uuid,
    'time_zone',
    %(zone)s::text,
'items',
    coalesce((SELECT json_agg(json_build_object('weekday',
    s.weekday,
    'hour',
    s.hour,
    'hours',
    s.hours,
'views_per_hour',
    round(s.views / s.hours, 6)::float8,
    'views',
    s.views,
    'watch_time_minutes',
    (s.watch_time_minutes)::float8,
    'engagement_rate',
    round((s.likes + s.comments + s.shares) / nullif(greatest(s.views, 0), 0), 6)::float8)
  ORDER BY s.weekday,
    s.hour)
FROM (SELECT b.weekday,
    b.hour,
    b.hours,
    coalesce(sum(r.views), 0) AS views,
    coalesce(sum(r.watch_time_minutes), 0) AS watch_time_minutes,
    coalesce(sum(r.likes), 0) AS likes,
    coalesce(sum(r.comments), 0) AS comments,
    coalesce(sum(r.shares), 0) AS shares
  FROM begun b
LEFT
  JOIN counted r
  USING (weekday,
    hour)
  GROUP BY 1, 2, 3) s),
    '[]')
)::text;

-- traffic, of_one=True
WITH members AS MATERIALIZED (SELECT part.member,
    sum(part.views) AS views,
    sum(part.watch_time_minutes) AS watch_time_minutes
  FROM metrics.channel_breakdown_daily part
WHERE part.day BETWEEN %(since)s
  AND %(until)s
  AND part.dimension = %(dimension)s
AND part.channel_id = %(channel_id)s
  GROUP BY 1)
SELECT json_build_object('since',
    %(since)s::date,
    'until',
    %(until)s::date,
    'channel_id',
    %(channel_id)s::uuid,
    'dimension',
    %(dimension)s::text,
'views',
    (SELECT coalesce(sum(views), 0)
  FROM members),
'items',
    coalesce((SELECT json_agg(json_build_object('member',
    s.member,
    'views',
    s.views,
'watch_time_minutes',
    s.watch_time_minutes::float8,
    'share',
    round(s.views / nullif(s.all_views, 0), 6)::float8)
  ORDER BY s.views DESC,
    s.member)
  FROM (
SELECT m.*,
    (SELECT sum(views)
  FROM members) AS all_views
  FROM members m
ORDER BY m.views DESC,
    m.member LIMIT %(limit)s) s),
    '[]')
)::text;

-- videos by views, of_one=True
WITH  best AS MATERIALIZED (
SELECT s.*,
    rank() OVER (ORDER BY s.views DESC NULLS LAST) AS place
  FROM (
SELECT s.*
  FROM (
SELECT r.channel_id,
    r.video_id,
    coalesce(sum(r.views), 0) AS views
  FROM metrics.video_daily r
WHERE r.day BETWEEN %(since)s
  AND %(until)s
  AND r.channel_id = %(channel_id)s
  GROUP BY 1, 2 ) s
ORDER BY s.views DESC NULLS LAST,
    s.video_id LIMIT %(limit)s) s)
SELECT json_build_object('since',
    %(since)s::date,
    'until',
    %(until)s::date,
    'channel_id',
    %(channel_id)s::uuid,
    'metric',
    %(metric)s::text,
    'min_views',
    %(min_views)s::bigint,
'items',
    coalesce((
SELECT json_agg(json_build_object(
'rank',
    b.place,
    'video_id',
    b.video_id,
    'title',
    v.title,
    'channel_id',
    b.channel_id,
'channel_name',
    c.name,
    'views',
    s.views,
    'likes',
    s.likes,
    'comments',
    s.comments,
    'shares',
    s.shares,
    'impressions',
    s.impressions,
    'subscribers_net',
    (s.subscribers_gained - s.subscribers_lost),
    'watch_time_minutes',
    (s.watch_time_minutes)::float8,
    'revenue_usd',
    (s.estimated_revenue_usd)::numeric(30, 6)::text,
    'engagement_rate',
    round((s.likes + s.comments + s.shares) / nullif(greatest(s.views, 0), 0), 6)::float8,
    'rpm_usd',
    (s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0))::numeric(30, 6)::text,
    'click_through_rate',
    round(s.clicks / nullif(s.impressions, 0), 6)::float8,
    'average_view_seconds',
    round(s.viewed_seconds / nullif(s.averages_basis_views, 0), 6)::float8,
    'average_viewed_percent',
    round(s.viewed_percent / nullif(s.averages_basis_views, 0), 6)::float8)
  ORDER BY b.place,
    b.video_id)
FROM best b
  LEFT JOIN core.videos v ON v.id = b.video_id
  LEFT JOIN core.channels c ON c.id = b.channel_id
JOIN (SELECT r.channel_id,
    r.video_id,
    coalesce(sum(r.views), 0) AS views,
    coalesce(sum(r.likes), 0) AS likes,
    coalesce(sum(r.comments), 0) AS comments,
    coalesce(sum(r.shares), 0) AS shares,
    coalesce(sum(r.impressions), 0) AS impressions,
    coalesce(sum(r.subscribers_gained), 0) AS subscribers_gained,
    coalesce(sum(r.subscribers_lost), 0) AS subscribers_lost,
    coalesce(sum(r.watch_time_minutes), 0) AS watch_time_minutes,
    coalesce(sum(r.estimated_revenue_usd), 0) AS estimated_revenue_usd,
    coalesce(sum(r.clicks), 0) AS clicks,
    coalesce(sum(r.viewed_seconds), 0) AS viewed_seconds,
    coalesce(sum(r.averages_basis_views), 0) AS averages_basis_views,
    coalesce(sum(r.viewed_percent), 0) AS viewed_percent
  FROM metrics.video_daily r
WHERE r.channel_id = ANY (ARRAY(SELECT channel_id
  FROM best))
AND r.video_id = ANY (ARRAY(SELECT video_id
  FROM best))
AND r.day BETWEEN %(since)s
  AND %(until)s
  GROUP BY 1, 2) s
ON (s.channel_id,
    s.video_id) = (b.channel_id,
    b.video_id)),
    '[]')
)::text;

-- channels by views
WITH added_up AS MATERIALIZED (
SELECT r.channel_id,
    r.day >= %(since)s AS present,
    coalesce(sum(r.views), 0) AS views
  FROM metrics.channel_daily r
WHERE r.day BETWEEN %(before)s
  AND %(until)s
  GROUP BY 1, 2),
ranked AS MATERIALIZED (
SELECT s.channel_id,
    s.present,
    c.name AS channel_name,
    c.category,
rank() OVER (PARTITION BY s.present
  ORDER BY s.views DESC NULLS LAST) AS place
FROM added_up s
JOIN core.channels c ON c.id = s.channel_id
WHERE %(category)s::text IS NULL OR c.category = %(category)s),
best AS MATERIALIZED (
SELECT *
  FROM ranked
  WHERE present
  ORDER BY place,
    channel_id LIMIT %(limit)s)
SELECT json_build_object('since',
    %(since)s::date,
    'until',
    %(until)s::date,
    'channel_id',
    %(channel_id)s::uuid,
    'metric',
    %(metric)s::text,
    'category',
    %(category)s::text,
'items',
    coalesce((SELECT json_agg(json_build_object(
'rank',
    b.place,
    'previous_rank',
    e.place,
    'channel_id',
    b.channel_id,
    'channel_name',
    b.channel_name,
'category',
    b.category,
    'views',
    s.views,
    'likes',
    s.likes,
    'comments',
    s.comments,
    'shares',
    s.shares,
    'impressions',
    s.impressions,
    'subscribers_net',
    (s.subscribers_gained - s.subscribers_lost),
    'watch_time_minutes',
    (s.watch_time_minutes)::float8,
    'revenue_usd',
    (s.estimated_revenue_usd)::numeric(30, 6)::text,
    'engagement_rate',
    round((s.likes + s.comments + s.shares) / nullif(greatest(s.views, 0), 0), 6)::float8,
    'rpm_usd',
    (s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0))::numeric(30, 6)::text,
    'click_through_rate',
    round(s.clicks / nullif(s.impressions, 0), 6)::float8,
    'average_view_seconds',
    round(s.viewed_seconds / nullif(s.averages_basis_views, 0), 6)::float8,
    'average_viewed_percent',
    round(s.viewed_percent / nullif(s.averages_basis_views, 0), 6)::float8)
  ORDER BY b.place,
    b.channel_id)
FROM best b
  LEFT JOIN ranked e ON e.channel_id = b.channel_id
  AND NOT e.present,
LATERAL (SELECT coalesce(sum(r.views), 0) AS views,
    coalesce(sum(r.likes), 0) AS likes,
    coalesce(sum(r.comments), 0) AS comments,
    coalesce(sum(r.shares), 0) AS shares,
    coalesce(sum(r.impressions), 0) AS impressions,
    coalesce(sum(r.subscribers_gained), 0) AS subscribers_gained,
    coalesce(sum(r.subscribers_lost), 0) AS subscribers_lost,
    coalesce(sum(r.watch_time_minutes), 0) AS watch_time_minutes,
    coalesce(sum(r.estimated_revenue_usd), 0) AS estimated_revenue_usd,
    coalesce(sum(r.clicks), 0) AS clicks,
    coalesce(sum(r.viewed_seconds), 0) AS viewed_seconds,
    coalesce(sum(r.averages_basis_views), 0) AS averages_basis_views,
    coalesce(sum(r.viewed_percent), 0) AS viewed_percent
  FROM metrics.channel_daily r
  WHERE r.channel_id = b.channel_id
AND r.day BETWEEN %(since)s
  AND %(until)s) s),
    '[]')
)::text;

-- videos by RPM, the least too
WITH
channels AS MATERIALIZED (
SELECT m.*,
    row_number() OVER (ORDER BY most DESC NULLS LAST) AS place
  FROM (
SELECT s.channel_id,
    s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0)  AS most
  FROM (
SELECT r.channel_id,
    coalesce(sum(r.estimated_revenue_usd), 0) AS estimated_revenue_usd,
    coalesce(sum(r.views), 0) AS views
  FROM metrics.channel_daily r
WHERE r.day BETWEEN %(since)s
  AND %(until)s
  GROUP BY 1) s) m),
    best AS MATERIALIZED (
SELECT s.*,
    rank() OVER (ORDER BY s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0) DESC NULLS LAST) AS place
  FROM (
SELECT s.*
  FROM (
SELECT r.channel_id,
    r.video_id,
    coalesce(sum(r.estimated_revenue_usd), 0) AS estimated_revenue_usd,
    coalesce(sum(r.views), 0) AS views
  FROM metrics.video_daily r
WHERE r.day BETWEEN %(since)s
  AND %(until)s
  AND r.channel_id = ANY (ARRAY(SELECT channel_id
  FROM channels
  WHERE place <= %(among)s))
  GROUP BY 1, 2 HAVING sum(r.views) >= %(min_views)s) s
ORDER BY s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0) DESC NULLS LAST,
    s.video_id LIMIT %(limit)s) s)
SELECT json_build_object('since',
    %(since)s::date,
    'until',
    %(until)s::date,
    'channel_id',
    %(channel_id)s::uuid,
    'metric',
    %(metric)s::text,
    'min_views',
    %(min_views)s::bigint,
'items',
    coalesce((
SELECT json_agg(json_build_object(
'rank',
    b.place,
    'video_id',
    b.video_id,
    'title',
    v.title,
    'channel_id',
    b.channel_id,
'channel_name',
    c.name,
    'views',
    s.views,
    'likes',
    s.likes,
    'comments',
    s.comments,
    'shares',
    s.shares,
    'impressions',
    s.impressions,
    'subscribers_net',
    (s.subscribers_gained - s.subscribers_lost),
    'watch_time_minutes',
    (s.watch_time_minutes)::float8,
    'revenue_usd',
    (s.estimated_revenue_usd)::numeric(30, 6)::text,
    'engagement_rate',
    round((s.likes + s.comments + s.shares) / nullif(greatest(s.views, 0), 0), 6)::float8,
    'rpm_usd',
    (s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0))::numeric(30, 6)::text,
    'click_through_rate',
    round(s.clicks / nullif(s.impressions, 0), 6)::float8,
    'average_view_seconds',
    round(s.viewed_seconds / nullif(s.averages_basis_views, 0), 6)::float8,
    'average_viewed_percent',
    round(s.viewed_percent / nullif(s.averages_basis_views, 0), 6)::float8)
  ORDER BY b.place,
    b.video_id)
FROM best b
  LEFT JOIN core.videos v ON v.id = b.video_id
  LEFT JOIN core.channels c ON c.id = b.channel_id
JOIN (SELECT r.channel_id,
    r.video_id,
    coalesce(sum(r.views), 0) AS views,
    coalesce(sum(r.likes), 0) AS likes,
    coalesce(sum(r.comments), 0) AS comments,
    coalesce(sum(r.shares), 0) AS shares,
    coalesce(sum(r.impressions), 0) AS impressions,
    coalesce(sum(r.subscribers_gained), 0) AS subscribers_gained,
    coalesce(sum(r.subscribers_lost), 0) AS subscribers_lost,
    coalesce(sum(r.watch_time_minutes), 0) AS watch_time_minutes,
    coalesce(sum(r.estimated_revenue_usd), 0) AS estimated_revenue_usd,
    coalesce(sum(r.clicks), 0) AS clicks,
    coalesce(sum(r.viewed_seconds), 0) AS viewed_seconds,
    coalesce(sum(r.averages_basis_views), 0) AS averages_basis_views,
    coalesce(sum(r.viewed_percent), 0) AS viewed_percent
  FROM metrics.video_daily r
WHERE r.channel_id = ANY (ARRAY(SELECT channel_id
  FROM best))
AND r.video_id = ANY (ARRAY(SELECT video_id
  FROM best))
AND r.day BETWEEN %(since)s
  AND %(until)s
  GROUP BY 1, 2) s
ON (s.channel_id,
    s.video_id) = (b.channel_id,
    b.video_id)),
    '[]')
)::text,
(SELECT max(most)
  FROM channels
  WHERE place > %(among)s) IS NULL
OR (SELECT count(*) = %(limit)s
  AND min(s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0)) > (SELECT max(most)
  FROM channels
  WHERE place > %(among)s)
FROM best s);

-- corrections of views
+ coalesce((SELECT sum(f.views)
  FROM metrics.channel_corrections f
  WHERE f.channel_id = s.channel_id
AND f.day BETWEEN %(since)s::date - 1
  AND %(until)s::date + 1), 0);

-- one video
WITH days AS MATERIALIZED (
SELECT r.*
  FROM metrics.video_daily r
  WHERE r.channel_id = %(channel_id)s
  AND r.video_id = %(video_id)s
  AND r.day BETWEEN %(since)s
  AND %(until)s),
hours AS MATERIALIZED (
SELECT r.*
  FROM metrics.video_hourly r
WHERE r.channel_id = %(channel_id)s
  AND r.video_id = %(video_id)s
  AND r.hour BETWEEN %(first_hour)s
  AND %(this_hour)s),
parts AS (
SELECT s.*,
    sum(s.views) OVER (PARTITION BY s.dimension) AS all_views
  FROM (
SELECT part.dimension,
    part.member,
    sum(part.views) AS views,
    sum(part.watch_time_minutes) AS watch_time_minutes
FROM metrics.video_breakdown_daily part
WHERE part.channel_id = %(channel_id)s
  AND part.video_id = %(video_id)s
AND part.day BETWEEN %(since)s
  AND %(until)s
  GROUP BY 1, 2) s)
SELECT json_build_object('since',
    %(since)s::date,
    'until',
    %(until)s::date,
    'channel_id',
    %(channel_id)s::uuid,
    'video_id',
    v.id,
    'title',
    v.title,
    'status',
    v.status,
'published_at',
    v.published_at,
    'channel_name',
    c.name,
    'time_zone',
    c.time_zone,
'current',
    (SELECT json_build_object('views',
    s.views,
    'likes',
    s.likes,
    'comments',
    s.comments,
    'shares',
    s.shares,
    'impressions',
    s.impressions,
    'subscribers_net',
    (s.subscribers_gained - s.subscribers_lost),
    'watch_time_minutes',
    (s.watch_time_minutes)::float8,
    'revenue_usd',
    (s.estimated_revenue_usd)::numeric(30, 6)::text,
    'engagement_rate',
    round((s.likes + s.comments + s.shares) / nullif(greatest(s.views, 0), 0), 6)::float8,
    'rpm_usd',
    (s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0))::numeric(30, 6)::text,
    'click_through_rate',
    round(s.clicks / nullif(s.impressions, 0), 6)::float8,
    'average_view_seconds',
    round(s.viewed_seconds / nullif(s.averages_basis_views, 0), 6)::float8,
    'average_viewed_percent',
    round(s.viewed_percent / nullif(s.averages_basis_views, 0), 6)::float8)
  FROM (SELECT coalesce(sum(r.views), 0) AS views,
    coalesce(sum(r.likes), 0) AS likes,
    coalesce(sum(r.comments), 0) AS comments,
    coalesce(sum(r.shares), 0) AS shares,
    coalesce(sum(r.impressions), 0) AS impressions,
    coalesce(sum(r.subscribers_gained), 0) AS subscribers_gained,
    coalesce(sum(r.subscribers_lost), 0) AS subscribers_lost,
    coalesce(sum(r.watch_time_minutes), 0) AS watch_time_minutes,
    coalesce(sum(r.estimated_revenue_usd), 0) AS estimated_revenue_usd,
    coalesce(sum(r.clicks), 0) AS clicks,
    coalesce(sum(r.viewed_seconds), 0) AS viewed_seconds,
    coalesce(sum(r.averages_basis_views), 0) AS averages_basis_views,
    coalesce(sum(r.viewed_percent), 0) AS viewed_percent
  FROM days r) s),
'days',
    (SELECT json_agg(json_build_object('day',
    s.day,
    'views',
    s.views,
    'likes',
    s.likes,
    'comments',
    s.comments,
    'shares',
    s.shares,
    'impressions',
    s.impressions,
    'subscribers_net',
    (s.subscribers_gained - s.subscribers_lost),
    'watch_time_minutes',
    (s.watch_time_minutes)::float8,
    'revenue_usd',
    (s.estimated_revenue_usd)::numeric(30, 6)::text,
    'engagement_rate',
    round((s.likes + s.comments + s.shares) / nullif(greatest(s.views, 0), 0), 6)::float8,
    'rpm_usd',
    (s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0))::numeric(30, 6)::text,
    'click_through_rate',
    round(s.clicks / nullif(s.impressions, 0), 6)::float8,
    'average_view_seconds',
    round(s.viewed_seconds / nullif(s.averages_basis_views, 0), 6)::float8,
    'average_viewed_percent',
    round(s.viewed_percent / nullif(s.averages_basis_views, 0), 6)::float8)
  ORDER BY s.day)
FROM (SELECT each_day::date AS day,
    coalesce(sum(r.views), 0) AS views,
    coalesce(sum(r.likes), 0) AS likes,
    coalesce(sum(r.comments), 0) AS comments,
    coalesce(sum(r.shares), 0) AS shares,
    coalesce(sum(r.impressions), 0) AS impressions,
    coalesce(sum(r.subscribers_gained), 0) AS subscribers_gained,
    coalesce(sum(r.subscribers_lost), 0) AS subscribers_lost,
    coalesce(sum(r.watch_time_minutes), 0) AS watch_time_minutes,
    coalesce(sum(r.estimated_revenue_usd), 0) AS estimated_revenue_usd,
    coalesce(sum(r.clicks), 0) AS clicks,
    coalesce(sum(r.viewed_seconds), 0) AS viewed_seconds,
    coalesce(sum(r.averages_basis_views), 0) AS averages_basis_views,
    coalesce(sum(r.viewed_percent), 0) AS viewed_percent
FROM generate_series(%(since)s::date::timestamp,
    %(until)s::date::timestamp,
    '1 day') AS each_day
  LEFT JOIN days r ON r.day = each_day::date
  GROUP BY 1) s),
'hours',
    (SELECT json_agg(json_build_object('hour',
    s.hour,
    'views',
    s.views,
    'likes',
    s.likes,
    'comments',
    s.comments,
    'shares',
    s.shares,
    'impressions',
    s.impressions,
    'subscribers_net',
    (s.subscribers_gained - s.subscribers_lost),
    'watch_time_minutes',
    (s.watch_time_minutes)::float8,
    'revenue_usd',
    (s.estimated_revenue_usd)::numeric(30, 6)::text,
    'engagement_rate',
    round((s.likes + s.comments + s.shares) / nullif(greatest(s.views, 0), 0), 6)::float8,
    'rpm_usd',
    (s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0))::numeric(30, 6)::text,
    'click_through_rate',
    round(s.clicks / nullif(s.impressions, 0), 6)::float8,
    'average_view_seconds',
    round(s.viewed_seconds / nullif(s.averages_basis_views, 0), 6)::float8,
    'average_viewed_percent',
    round(s.viewed_percent / nullif(s.averages_basis_views, 0), 6)::float8)
  ORDER BY s.hour)
FROM (SELECT each_hour AS hour,
    coalesce(sum(r.views), 0) AS views,
    coalesce(sum(r.likes), 0) AS likes,
    coalesce(sum(r.comments), 0) AS comments,
    coalesce(sum(r.shares), 0) AS shares,
    coalesce(sum(r.impressions), 0) AS impressions,
    coalesce(sum(r.subscribers_gained), 0) AS subscribers_gained,
    coalesce(sum(r.subscribers_lost), 0) AS subscribers_lost,
    coalesce(sum(r.watch_time_minutes), 0) AS watch_time_minutes,
    coalesce(sum(r.estimated_revenue_usd), 0) AS estimated_revenue_usd,
    coalesce(sum(r.clicks), 0) AS clicks,
    coalesce(sum(r.viewed_seconds), 0) AS viewed_seconds,
    coalesce(sum(r.averages_basis_views), 0) AS averages_basis_views,
    coalesce(sum(r.viewed_percent), 0) AS viewed_percent
FROM generate_series(%(first_hour)s::timestamptz,
    %(this_hour)s::timestamptz,
    '1 hour')
AS each_hour
  LEFT JOIN hours r ON r.hour = each_hour
  GROUP BY 1) s),
'breakdowns',
    coalesce((SELECT json_agg(json_build_object('dimension',
    d.dimension,
    'items',
    d.items)
ORDER BY d.dimension)
FROM (SELECT s.dimension,
    json_agg(json_build_object('member',
    s.member,
    'views',
    s.views,
'watch_time_minutes',
    s.watch_time_minutes::float8,
    'share',
    round(s.views / nullif(s.all_views, 0), 6)::float8)
  ORDER BY s.views DESC,
    s.member) AS items
FROM parts s
  GROUP BY 1) d),
    '[]')
)::text
FROM core.videos v
  JOIN core.channels c ON c.id = v.channel_id
  WHERE v.id = %(video_id)s;
