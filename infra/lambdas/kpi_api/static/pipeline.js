// How the pipeline does: alerts, refusals, metrics, files.

import {ask} from "./api.js";
import {byId, cells, element, moment, number, row, rowTitle, showEither, showRows, svg} from "./elements.js";

const KINDS = ["streams", "songs", "users"];
const LATEST_FILES = 25, LATEST_ALERTS = 20;
const BAR = 5, HEIGHT = 24;

export async function showAlerts() {
  const found = await ask(`alerts?limit=${LATEST_ALERTS}`);
  showEither(found.items.length, "alerts", "no-alerts");
  byId("alerts").replaceChildren(...found.items.map(alert => {
    const item = document.createElement("li");
    const at = element("time", moment(alert.at));
    at.dateTime = alert.at;
    item.append(at, element("strong", alert.subject || alert.topic), element("p", alert.text ?? ""));
    return item;
  }), ...(found.next_cursor ? [element("li", "There are earlier ones.", "hint")] : []));
}

export async function showMetrics() {
  const {items} = await ask("metrics");
  showEither(items.length, "metrics-scroll", "no-metrics");
  showRows("metrics", items.map(metric => {
    const over = document.createElement("td");
    over.append(sparkline(metric.points));
    const made = row([
      rowTitle(metric.name), element("td", metric.of || "–"), element("td", metric.statistic.toLowerCase()),
      ...[metric.latest, metric.all].map(value => element("td", withUnit(value, metric.unit), "number")), over]);
    made.dataset.metric = metric.of ? `${metric.name} ${metric.of}` : metric.name;
    return made;
  }));
}

function withUnit(value, unit) {
  if (value === null) return "–";
  const digits = value % 1 ? 1 : 0;
  const text = new Intl.NumberFormat("en", {minimumFractionDigits: digits, maximumFractionDigits: digits}).format(value);
  return unit ? `${text} ${unit}` : text;
}

function sparkline(points) {
  const highest = Math.max(0, ...points);
  const bars = points.map((value, place) => {
    const height = value === null ? 0 : Math.max(1, highest ? value / highest * HEIGHT : 0);
    return svg("rect", {x: place * BAR, y: HEIGHT - height, width: BAR - 1, height});
  });
  const size = {width: points.length * BAR, height: HEIGHT, viewBox: `0 0 ${points.length * BAR} ${HEIGHT}`};
  return svg("svg", {...size, class: "sparkline", "aria-hidden": true}, bars);
}

export async function showFiles() {
  const parts = await Promise.all(KINDS.map(kind => ask(`files?kind=${kind}`)));
  const files = parts.flatMap(part => part.items);
  showRefusals(files);
  showLatest(parts[0].items.slice(0, LATEST_FILES));
}

const isRefused = file => file.validation_status === "FAILED";
const nameOf = file => file.file_key.split("/").pop();

function showRefusals(files) {
  const refused = files.filter(isRefused);
  const reasons = new Map();
  for (const file of files) {
    for (const [reason, rows] of Object.entries(file.rejected_reasons ?? {})) {
      const key = `${reason} ${file.kind}`;
      const known = reasons.get(key) ?? {reason, kind: file.kind, rows: 0, files: 0};
      reasons.set(key, {...known, rows: known.rows + rows, files: known.files + 1});
    }
  }
  showEither(refused.length || reasons.size, "refusals", "no-refusals");
  byId("rejected-hint").hidden = !reasons.size;
  byId("refused").hidden = !refused.length;
  byId("reasons").hidden = !reasons.size;
  showRows("refused", refused.map(file => row([rowTitle(nameOf(file)), element("td", file.error ?? "–", "words")])));
  showRows("reasons", [...reasons.values()].sort((a, b) => b.rows - a.rows).map(each => row([
    rowTitle(each.reason), element("td", each.kind), ...cells([each.rows, each.files])])));
}

function stateOf(file) {
  if (isRefused(file)) return ["refused", "bad"];
  if ([file.kpi_ingestion_status, file.archival_status].includes("FAILED") || file.failed_step) return ["failed", "bad"];
  if (file.archival_status === "SUCCESS") return ["in KPIs, archived", "good"];
  if (file.kpi_ingestion_status === "SUCCESS") return ["in KPIs", "good"];
  return ["waiting", ""];
}

function showLatest(files) {
  showEither(files.length, "files-scroll", "no-files");
  showRows("files", files.map(file => {
    const [words, className] = stateOf(file);
    const reasons = Object.entries(file.rejected_reasons ?? {}).map(([reason, count]) => `${reason}: ${number(count)}`);
    const why = [file.error, ...reasons, file.what_next && `next: ${file.what_next}`].filter(Boolean);
    return row([
      rowTitle(nameOf(file)), element("td", moment(file.delivered_at), "time"), element("td", words, className),
      ...cells([file.rows, file.rejected_rows]), element("td", why.join(" · "), "words")]);
  }));
}
