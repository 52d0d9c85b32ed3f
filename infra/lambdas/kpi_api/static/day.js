// The KPIs of one day, and its top genres over all days.

import {all, ask} from "./api.js";
import {drawHours, drawTrend, lineStyle} from "./charts.js";
import {byId, cells, element, number, row, rowTitle, showEither, showRows, svg} from "./elements.js";

const LONGEST_SPAN_DAYS = 366;
let shown = "";

// Show a day; `isCurrent` says whether it is still wanted once the answers are there.
export async function showDay(chosen, days, isCurrent) {
  const below = `days/${chosen}`;
  const found = await Promise.all([
    all(`${below}/genres`), ask(`${below}/hours`), all(`${below}/top-songs`), ask(`${below}/top-genres`)]);
  const now = JSON.stringify([chosen, days, found]);
  if (!isCurrent() || now === shown) return;
  const [genres, hours, topSongs, topGenres] = found;
  const ranked = topGenres?.top_5_genres ?? [];
  const trend = await readTrend(ranked.map(each => each.track_genre), spanUpTo(days, chosen));
  if (!isCurrent()) return;

  showTotals(days.find(each => each.listen_date === chosen), days.find(each => each.listen_date === shifted(chosen, -1)));
  showHours(hours.items);
  byId("top-genres").replaceChildren(...ranked.map(each => element("li", `${each.track_genre}: ${number(each.listens)}`)));
  // A panel is there before a chart is drawn in it: it has no width else.
  showEither(ranked.length, "top-genres", "no-genres");
  byId("trend-panel").hidden = !ranked.length;
  byId("genres-panel").hidden = !genres.length;
  if (ranked.length) showTrend(trend);
  showGenres(genres, topSongs);
  shown = now;
}

function shifted(day, count) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10);
}

// Hours, minutes and seconds, as on a clock.
function clock(milliseconds) {
  if (milliseconds === null) return "–";
  const seconds = Math.floor(milliseconds / 1000);
  const [minutes, rest] = [Math.floor(seconds / 60) % 60, seconds % 60].map(each => String(each).padStart(2, "0"));
  return `${number(Math.floor(seconds / 3600))}:${minutes}:${rest}`;
}

const clockOfSeconds = seconds => clock(seconds === null ? null : seconds * 1000);

function change(now, before, format) {
  if (now === null || before === null || before === undefined) return "no data of the day before";
  const share = before ? ` (${now > before ? "+" : ""}${(100 * (now - before) / before).toFixed(1)} %)` : "";
  return `${now < before ? "-" : "+"}${format(Math.abs(now - before))}${share} to the day before`;
}

function showTotals(day, before) {
  const totals = [
    ["listen_count", "Listens", number],
    ["unique_listeners", "Users", number],
    ["total_listening_time", "Listening time", clock],
    ["avg_listening_time_per_user", "Per user", clockOfSeconds],
  ];
  byId("totals").replaceChildren(...totals.map(([name, title, format]) => {
    const value = element("dd", format(day[name]));
    value.dataset.kpi = name;
    value.dataset.value = day[name] ?? "";
    value.append(element("small", change(day[name], before?.[name], format)));
    const group = document.createElement("div");
    group.append(element("dt", title), value);
    return group;
  }));
}

function showHours(hours) {
  const listens = Array(24).fill(null);
  for (const hour of hours) listens[hour.hour] = hour.listen_count;
  showRows("hours", hours.map(hour => row([
    rowTitle(String(hour.hour).padStart(2, "0")), ...cells([hour.listen_count, hour.unique_listeners])])));
  drawHours(listens);
}

// The days with data up to the newest, as many as one question may span; the shown day is among them.
function spanUpTo(days, chosen) {
  const newest = days[0].listen_date;
  const last = chosen < shifted(newest, 1 - LONGEST_SPAN_DAYS) ? chosen : newest;
  const first = shifted(last, 1 - LONGEST_SPAN_DAYS);
  return days.map(each => each.listen_date).filter(date => first <= date && date <= last).reverse();
}

async function readTrend(genres, days) {
  const span = `from=${days[0]}&to=${days.at(-1)}`;
  const found = await Promise.all(genres.map(genre => all(`genre-days?genre=${encodeURIComponent(genre)}&${span}`)));
  const lines = found.map(items => {
    const counts = new Map(items.map(item => [item.listen_date, item.listen_count]));
    return days.map(day => counts.get(day) ?? null);
  });
  return {genres, days, lines};
}

function showTrend({genres, days, lines}) {
  byId("trend-legend").replaceChildren(...genres.map((genre, place) => {
    const {name, dash} = lineStyle(place);
    const sample = svg("line", {x1: 0, y1: 6, x2: 40, y2: 6, "stroke-width": 3, "stroke-dasharray": dash.join(" ")});
    sample.style.stroke = `var(${name})`;
    const item = element("li", genre);
    item.prepend(svg("svg", {width: 40, height: 12, "aria-hidden": true}, [sample]));
    return item;
  }));
  const titles = ["Day", ...genres].map((title, place) => {
    const made = element("th", title, place ? "number" : "");
    made.scope = "col";
    return made;
  });
  byId("trend").tHead.rows[0].replaceChildren(...titles);
  showRows("trend", days.map((day, place) => row([rowTitle(day), ...cells(lines.map(line => line[place]))])).reverse());
  drawTrend(days, lines);
}

function showGenres(genres, topSongs) {
  const songs = new Map(topSongs.map(each => [each.track_genre, each.top_3_songs]));
  showRows("genres", genres.sort((a, b) => b.listen_count - a.listen_count).map(genre => {
    const names = (songs.get(genre.track_genre) ?? []).map(song => `${song.track_name ?? song.track_id} (${number(song.listens)})`);
    const made = row([
      rowTitle(genre.track_genre),
      ...cells([genre.listen_count, genre.unique_listeners]),
      element("td", clock(genre.total_listening_time), "number"),
      element("td", clockOfSeconds(genre.avg_listening_time_per_user), "number"),
      element("td", names.join(" · ") || "–", "words"),
    ]);
    made.dataset.genre = genre.track_genre;
    return made;
  }));
}
