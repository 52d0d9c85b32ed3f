// The KPIs of one day, read from the API that serves this page. All texts go in as text, never as HTML.
"use strict";

const POLL_MILLISECONDS = 5000;
const MOST = "limit=1000";
const byId = id => document.getElementById(id);
const number = value => value === null ? "–" : new Intl.NumberFormat("en", {maximumFractionDigits: 6}).format(value);
const state = {days: [], chosen: new URLSearchParams(location.hash.slice(1)).get("day"), shown: "", chart: null};

class ApiError extends Error {}

async function ask(path) {
  let answer;
  try {
    answer = await fetch(path, {headers: {accept: "application/json"}});
  } catch {
    throw new ApiError("expected the API to answer\nfound no connection\nnext: make status, then make up");
  }
  const found = await answer.json().catch(() => ({}));
  if (answer.ok) return found;
  if (answer.status === 404) return null;
  const words = found.expected
    ? `expected ${found.expected}\nfound ${found.found}\nnext: ${found.next}`
    : `expected an answer of the API\nfound status ${answer.status}\nnext: make status`;
  throw new ApiError(words);
}

async function all(path) {
  const items = [];
  for (let cursor = null; ;) {
    const part = await ask(`${path}${path.includes("?") ? "&" : "?"}${MOST}${cursor ? `&cursor=${cursor}` : ""}`);
    items.push(...part.items);
    cursor = part.next_cursor;
    if (!cursor) return items;
  }
}

function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function row(table, cells) {
  const made = document.createElement("tr");
  made.append(...cells);
  byId(table).tBodies[0].append(made);
  return made;
}

function cells(values) {
  return values.map(value => element("td", number(value), "number"));
}

function dayBefore(day) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - 1);
  return date.toISOString().slice(0, 10);
}

function time(milliseconds) {
  if (milliseconds === null) return "–";
  const minutes = Math.round(milliseconds / 60000);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function change(now, before) {
  if (now === null || before === null || before === undefined) return "no data of the day before";
  const sign = now > before ? "+" : "";
  const share = before ? ` (${sign}${(100 * (now - before) / before).toFixed(1)} %)` : "";
  return `${sign}${number(now - before)}${share} to the day before`;
}

function showTotals(day, before) {
  const shown = [
    ["listen_count", "Listens", number],
    ["unique_listeners", "Listeners", number],
    ["total_listening_time", "Listening time", time],
    ["avg_listening_time_per_user", "Seconds per listener", number],
  ];
  byId("totals").replaceChildren(...shown.flatMap(([name, title, format]) => {
    const value = element("dd", format(day[name]));
    value.dataset.kpi = name;
    value.dataset.value = day[name] ?? "";
    value.append(element("small", change(day[name], before?.[name])));
    return [element("dt", title), value];
  }));
}

function showHours(hours) {
  byId("hours").tBodies[0].replaceChildren();
  const listens = Array(24).fill(0);
  for (const hour of hours) {
    listens[hour.hour] = hour.listen_count;
    row("hours", [element("th", String(hour.hour).padStart(2, "0")), ...cells([hour.listen_count, hour.unique_listeners])]);
  }
  drawHours(listens);
}

function drawHours(listens) {
  const place = byId("hours-chart");
  const style = getComputedStyle(document.documentElement);
  const [ink, bar, line] = ["--ink", "--bar", "--line"].map(name => style.getPropertyValue(name));
  const axis = {stroke: ink, grid: {stroke: line}, ticks: {stroke: line}};
  state.listens = listens;
  state.chart?.destroy();
  state.chart = new uPlot({
    width: Math.max(place.clientWidth, 200), height: 220, legend: {show: false}, cursor: {show: false},
    scales: {x: {time: false, range: [-0.5, 23.5]}, y: {range: (_, least, most) => [0, most || 1]}},
    axes: [axis, {...axis, size: 60}],
    series: [{}, {fill: bar, stroke: bar, points: {show: false}, paths: uPlot.paths.bars({size: [0.8]})}],
  }, [[...listens.keys()], listens], place);
}

function showGenres(genres, topSongs, topGenres) {
  const songs = new Map(topSongs.map(each => [each.track_genre, each.top_3_songs]));
  byId("genres").tBodies[0].replaceChildren();
  for (const genre of genres.sort((a, b) => b.listen_count - a.listen_count)) {
    const names = (songs.get(genre.track_genre) ?? []).map(song => `${song.track_name ?? song.track_id} (${number(song.listens)})`);
    const made = row("genres", [
      element("th", genre.track_genre),
      ...cells([genre.listen_count, genre.unique_listeners]),
      element("td", time(genre.total_listening_time), "number"),
      ...cells([genre.avg_listening_time_per_user]),
      element("td", names.join(" · ") || "–", "words"),
    ]);
    made.dataset.genre = genre.track_genre;
  }
  byId("top-genres").replaceChildren(...(topGenres?.top_5_genres ?? []).map(
    genre => element("li", `${genre.track_genre}: ${number(genre.listens)}`)));
}

function stateOf(file) {
  if (file.validation_status === "FAILED") return ["refused", "bad"];
  if ([file.kpi_ingestion_status, file.archival_status].includes("FAILED") || file.failed_step) return ["failed", "bad"];
  if (file.archival_status === "SUCCESS") return ["in the KPIs, archived", "good"];
  if (file.kpi_ingestion_status === "SUCCESS") return ["in the KPIs", "good"];
  return ["waiting", ""];
}

function showFiles(files) {
  byId("deliveries").hidden = false;
  byId("files").tBodies[0].replaceChildren();
  for (const file of files) {
    const [words, className] = stateOf(file);
    const reasons = Object.entries(file.rejected_reasons ?? {}).map(([reason, count]) => `${reason}: ${number(count)}`);
    row("files", [
      element("th", file.file_key.split("/").pop()),
      element("td", file.delivered_at),
      element("td", words, className),
      ...cells([file.rows, file.rejected_rows]),
      element("td", [file.error, ...reasons, file.what_next && `next: ${file.what_next}`].filter(Boolean).join(" · "), "words"),
    ]);
  }
}

function showDays() {
  const select = byId("day");
  select.replaceChildren(...state.days.map(day => new Option(day, day, false, day === state.chosen)));
  select.disabled = !state.days.length;
  const place = state.days.indexOf(state.chosen);
  byId("later").disabled = place <= 0;
  byId("earlier").disabled = place < 0 || place === state.days.length - 1;
}

function showFreshness(health) {
  const seconds = health.age_seconds;
  const units = [[86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]];
  const [size, unit] = units.find(([each]) => seconds >= each) ?? units[3];
  const count = Math.max(0, Math.floor(seconds / size));
  byId("freshness").textContent = health.status === "empty"
    ? "No KPIs yet. Deliver some files: make seed"
    : seconds === null ? "" : `Newest KPIs written ${count} ${unit}${count === 1 ? "" : "s"} ago`;
}

async function refresh() {
  const [health, days, files] = await Promise.all([ask("health"), all("days"), ask("files?limit=25")]);
  state.days = days.map(day => day.listen_date);
  if (!state.days.includes(state.chosen)) state.chosen = state.days[0] ?? null;
  showFreshness(health);
  showDays();
  showFiles(files.items);
  byId("content").hidden = !state.chosen;
  if (state.chosen) await showDay(state.chosen, days);
  byId("content").setAttribute("aria-busy", "false");
}

async function showDay(chosen, days) {
  const below = `days/${chosen}`;
  const found = await Promise.all([
    all(`${below}/genres`), ask(`${below}/hours`), all(`${below}/top-songs`), ask(`${below}/top-genres`)]);
  const day = days.find(each => each.listen_date === chosen);
  const before = days.find(each => each.listen_date === dayBefore(chosen));
  const shown = JSON.stringify([day, before, found]);
  if (chosen !== state.chosen || shown === state.shown) return;
  state.shown = shown;
  const [genres, hours, topSongs, topGenres] = found;
  showTotals(day, before);
  showHours(hours.items);
  showGenres(genres, topSongs, topGenres);
}

async function update() {
  try {
    await refresh();
    byId("error").hidden = true;
  } catch (error) {
    byId("error").textContent = error instanceof ApiError ? error.message : String(error);
    byId("error").hidden = false;
  }
  document.body.dataset.ready = state.chosen ?? "empty";
}

function choose(day) {
  if (!day) return;
  state.chosen = day;
  history.replaceState(null, "", `#day=${day}`);
  update();
}

byId("day").addEventListener("change", event => choose(event.target.value));
byId("earlier").addEventListener("click", () => choose(state.days[state.days.indexOf(state.chosen) + 1]));
byId("later").addEventListener("click", () => choose(state.days[state.days.indexOf(state.chosen) - 1]));
byId("choice").addEventListener("submit", event => event.preventDefault());
const redraw = () => state.listens && drawHours(state.listens);
addEventListener("resize", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

async function follow() {
  if (!document.hidden) await update();
  setTimeout(follow, POLL_MILLISECONDS);
}
follow();
