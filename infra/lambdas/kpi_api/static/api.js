// Asks the API that serves this page.

const MOST = "limit=1000";

export class ApiError extends Error {}

export async function ask(path) {
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

// All items of a list, part by part.
export async function all(path) {
  const items = [];
  for (let cursor = null; ;) {
    const part = await ask(`${path}${path.includes("?") ? "&" : "?"}${MOST}${cursor ? `&cursor=${cursor}` : ""}`);
    items.push(...part.items);
    cursor = part.next_cursor;
    if (!cursor) return items;
  }
}
