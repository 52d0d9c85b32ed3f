// The two charts, drawn by uPlot; each again where its place or the colours change.

import {byId, colours} from "./elements.js";

const DAY = 86400;
const MOST_POINTS = 60;
const DASHES = [[], [10, 5], [3, 3], [12, 4, 3, 4], [20, 5]];
const drawn = new Map();

export const lineStyle = place => ({name: `--line-${place + 1}`, dash: DASHES[place]});

function draw(place, options, data) {
  drawn.get(place)?.chart.destroy();
  const chart = new uPlot(
    {width: Math.max(byId(place).clientWidth, 200), height: 14 * letter(), legend: {show: false}, cursor: {show: false}, ...options()},
    data, byId(place));
  drawn.set(place, {chart, again: () => draw(place, options, data)});
}

// The size of the page's letters in pixels: charts grow with them.
const letter = () => parseFloat(getComputedStyle(document.body).fontSize);

function axis() {
  const [ink, line] = colours("--ink", "--line");
  return {stroke: ink, grid: {stroke: line}, ticks: {stroke: line}, font: `${0.75 * letter()}px system-ui, sans-serif`, size: 2.5 * letter()};
}

export function drawHours(listens) {
  draw("hours-chart", () => {
    const [bar] = colours("--bar");
    return {
      scales: {x: {time: false, range: [-0.5, 23.5]}, y: {range: (_, least, most) => [0, most || 1]}},
      axes: [{...axis(), incrs: [1, 2, 3, 4, 6]}, {...axis(), size: 5 * letter()}],
      series: [{}, {fill: bar, stroke: bar, points: {show: false}, paths: uPlot.paths.bars({size: [0.8]})}],
    };
  }, [[...listens.keys()], listens]);
}

// One line per genre, each with a value or null for every day.
export function drawTrend(days, lines) {
  const x = days.map(day => Date.parse(`${day}T00:00:00Z`) / 1000);
  draw("trend-chart", () => ({
    tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    scales: {
      x: {range: (_, first, last) => [first - DAY / 2, last + DAY / 2]},
      y: {range: (_, least, most) => [0, most || 1]},
    },
    axes: [
      {...axis(), space: 7 * letter(), incrs: [1, 2, 7, 14, 30, 91, 182].map(count => count * DAY),
        values: (_, ticks) => ticks.map(tick => new Date(tick * 1000).toISOString().slice(0, 10))},
      {...axis(), size: 5 * letter()},
    ],
    series: [{}, ...lines.map((_, place) => {
      const {name, dash} = lineStyle(place);
      const [stroke] = colours(name);
      return {stroke, dash, width: 2, points: {show: days.length <= MOST_POINTS && days.length * 12 < byId("trend-chart").clientWidth, size: 7, fill: stroke}};
    })],
  }), [x, ...lines]);
}

export function redraw() {
  for (const {again} of [...drawn.values()]) again();
}

addEventListener("resize", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
// Paper is white, whatever the screen is.
addEventListener("beforeprint", () => { document.documentElement.classList.add("printed"); redraw(); });
addEventListener("afterprint", () => { document.documentElement.classList.remove("printed"); redraw(); });
