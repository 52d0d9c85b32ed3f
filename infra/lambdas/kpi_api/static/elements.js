// Elements of the page. All texts go in as text, never as HTML.

export const byId = id => document.getElementById(id);
export const number = value =>
  value === null ? "–" : new Intl.NumberFormat("en", {maximumFractionDigits: 6}).format(value);

export const moment = at => at ? `${at.slice(0, 19).replace("T", " ")} UTC` : "–";

export function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

export function rowTitle(text) {
  const made = element("th", text);
  made.scope = "row";
  return made;
}

export const cells = values => values.map(value => element("td", number(value), "number"));

export function row(contents) {
  const made = document.createElement("tr");
  made.append(...contents);
  return made;
}

export const showRows = (table, rows) => byId(table).tBodies[0].replaceChildren(...rows);

// Show either what there is, or the words that there is nothing.
export function showEither(isThere, shown, nothing) {
  byId(shown).hidden = !isThere;
  byId(nothing).hidden = isThere;
}

export function svg(name, attributes, children = []) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// The colours of the scheme that is shown.
export function colours(...names) {
  const style = getComputedStyle(document.documentElement);
  return names.map(name => style.getPropertyValue(name));
}
