// The page: which day is shown, and that it is asked for again and again.

import {ApiError, all, ask} from "./api.js";
import {showDay} from "./day.js";
import {byId} from "./elements.js";
import {showAlerts, showFiles, showMetrics} from "./pipeline.js";

const POLL_MILLISECONDS = 5000;
// Of so many of the latest days the busiest is shown to who has chosen none, as `make kpis` does.
const RECENT_DAYS = 14;
const state = {days: [], chosen: new URLSearchParams(location.hash.slice(1)).get("day")};

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

function busiest(days) {
  return days.reduce((best, day) => best && best.listen_count > day.listen_count ? best : day, null);
}

async function showKpis() {
  const [health, days] = await Promise.all([ask("health"), all("days")]);
  state.days = days.map(day => day.listen_date);
  const recent = days.slice(0, RECENT_DAYS);
  const isChosen = location.hash && state.days.includes(state.chosen);
  if (!isChosen) state.chosen = busiest(recent)?.listen_date ?? null;
  byId("which-day").textContent = `the busiest of ${recent.length} ${recent.length === 1 ? "day" : "days"}`;
  byId("which-day").hidden = isChosen || !recent.length;
  showFreshness(health);
  showDays();
  const {chosen} = state;
  byId("content").hidden = !chosen;
  if (chosen) await showDay(chosen, days, () => state.chosen === chosen);
  byId("content").setAttribute("aria-busy", "false");
}

// One part that has no answer leaves the others as they are.
async function update() {
  const parts = await Promise.allSettled([showKpis(), showFiles(), showAlerts(), showMetrics()]);
  if (parts[0].status === "rejected") byId("freshness").textContent = "No answer";
  byId("pipeline").hidden = parts[1].status === "rejected" && byId("pipeline").hidden;
  const reasons = parts.filter(part => part.status === "rejected").map(({reason}) => reason);
  const words = reasons.map(reason => reason instanceof ApiError ? reason.message : String(reason));
  byId("error").textContent = [...new Set(words)].join("\n\n");
  byId("error").hidden = !words.length;
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

async function follow() {
  if (!document.hidden) await update();
  setTimeout(follow, POLL_MILLISECONDS);
}
follow();
