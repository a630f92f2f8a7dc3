// The built-in page: what the API says, live. No build step, no third-party code.
const V1 = "api/v1";
const MARKS = {
  loaded: ["good", "✓"], SUCCESS: ["good", "✓"], degraded: ["warn", "!"], CANCELED: ["warn", "–"],
  CANCELING: ["warn", "…"], failed: ["bad", "✗"], FAILURE: ["bad", "✗"], crash_loop: ["bad", "✗"],
  unreachable: ["bad", "✗"],
};
const MOST_EVENTS = 2000;
const byId = (id) => document.getElementById(id);
let chosenRun = null;
let lastShown = 0;
let assetCursor = null;
let isRefreshing = false;
let refreshAgain = false;

async function call(method, path, body) {
  const options = { method };
  if (body !== undefined) {
    options.headers = { "content-type": "application/json" };
    options.body = JSON.stringify(body);
  }
  const response = await fetch(`${V1}${path}`, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(`${answer.title}: ${answer.detail}`);
  return answer;
}

async function attempt(action) {
  byId("problem").textContent = "";
  try {
    await action();
  } catch (error) {
    byId("problem").textContent = error.message;
  }
}

function button(label, name, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.setAttribute("aria-label", `${label} ${name}`);
  made.addEventListener("click", () => attempt(action));
  return made;
}

function status(word) {
  const [kind, mark] = MARKS[word] ?? ["", "○"];
  const made = document.createElement("span");
  made.className = kind;
  made.textContent = `${mark} ${word}`;
  return made;
}

// Rows keep their place and their focus: only what has changed is replaced.
function fill(body, rows) {
  const old = new Map([...body.children].map((row) => [row.dataset.id, row]));
  const made = rows.map(({ id, stamp, cells }) => {
    const known = old.get(id);
    if (known?.dataset.stamp === stamp) return known;
    const row = document.createElement("tr");
    row.dataset.id = id;
    row.dataset.stamp = stamp;
    for (const cell of cells()) {
      const column = document.createElement("td");
      column.append(cell ?? "");
      row.append(column);
    }
    return row;
  });
  const isSame = made.length === body.children.length && made.every((row, i) => row === body.children[i]);
  if (!isSame) body.replaceChildren(...made);
}

const seconds = (value) => (value == null ? "" : value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(1)} s`);
const moment = (value) => (value == null ? "" : new Date(value * 1000).toLocaleString());
const megabytes = (value) => (value == null ? "" : `${Math.round(value / 1048576)} MB`);

function showLocations(items) {
  fill(byId("locations"), items.map((item) => ({
    id: item.name,
    stamp: JSON.stringify(item),
    cells: () => [
      item.name, status(item.status), item.python_version, seconds(item.load_seconds), item.worker,
      megabytes(item.rss_bytes),
      button("Reload", item.name, () => call("POST", `/locations/${encodeURIComponent(item.name)}/reload`)),
    ],
  })));
  byId("errors").replaceChildren(...items.filter((item) => item.error_text).map((item) => {
    const text = document.createElement("pre");
    text.textContent = `${item.name}: ${item.error_text}`;
    return text;
  }));
}

const loadedAssets = new Map();

async function showAssets(isMore) {
  const query = isMore && assetCursor != null ? `&cursor=${encodeURIComponent(assetCursor)}` : "";
  const page = await call("GET", `/assets?limit=${isMore ? 200 : Math.min(10000, Math.max(200, loadedAssets.size))}${query}`);
  if (!isMore) loadedAssets.clear();
  assetCursor = page.next;
  for (const item of page.items) loadedAssets.set(item.key, item);
  byId("more-assets").hidden = assetCursor == null;
  byId("asset-count").textContent = `${loadedAssets.size}${assetCursor == null ? "" : "+"} assets`;
  fill(byId("assets"), [...loadedAssets.values()].map((item) => ({
    id: item.key,
    stamp: JSON.stringify(item),
    cells: () => [
      item.key, item.location, item.group, item.deps.join(", "), moment(item.latest_materialization?.timestamp),
      item.step == null ? "external" : button("Materialize", item.key, () => launch([item.key])),
    ],
  })));
}

async function launch(assets) {
  const run = await call("POST", "/runs", { assets });
  await choose(run.run_id);
  refresh();
}

async function showRuns() {
  const page = await call("GET", "/runs?limit=20");
  fill(byId("runs"), page.items.map((run) => {
    const isOver = ["SUCCESS", "FAILURE", "CANCELED"].includes(run.status);
    return {
      id: run.run_id,
      stamp: JSON.stringify(run),
      cells: () => {
        const actions = document.createElement("span");
        actions.append(button("Events", run.run_id, () => choose(run.run_id)));
        if (!isOver) actions.append(" ", button("Cancel", run.run_id, () => call("POST", `/runs/${run.run_id}/cancel`)));
        const took = run.ended_at == null ? "" : seconds(run.ended_at - (run.started_at ?? run.created_at));
        return [run.run_id, status(run.status), run.selection.join(", "), moment(run.created_at), took, actions];
      },
    };
  }));
}

// Why nothing would run now, as where no daemon is there.
async function showReasons() {
  const { reasons } = await (await fetch("readyz")).json();
  byId("reasons").textContent = reasons.join(" ");
}

// One refresh at a time, and one more if something happened meanwhile.
async function refresh() {
  if (isRefreshing) {
    refreshAgain = true;
    return;
  }
  isRefreshing = true;
  try {
    await showReasons();
    await showRuns();
    await showAssets(false);
  } catch (error) {
    byId("problem").textContent = error.message;
  }
  isRefreshing = false;
  if (refreshAgain) {
    refreshAgain = false;
    setTimeout(refresh, 250);
  }
}

async function choose(runId) {
  chosenRun = runId;
  lastShown = 0;
  byId("events").replaceChildren();
  byId("events-of").textContent = `of ${runId}`;
  let after = 0;
  do {
    const page = await call("GET", `/runs/${runId}/events?after=${after}`);
    if (chosenRun !== runId) return;
    page.items.forEach(showEvent);
    after = page.next;
  } while (after != null);
}

function showEvent(event) {
  if (event.run_id !== chosenRun || event.id <= lastShown) return;
  lastShown = event.id;
  const list = byId("events");
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 30;
  const line = document.createElement("li");
  const time = new Date(event.timestamp * 1000).toLocaleTimeString();
  line.textContent = [time, event.step, event.kind, event.message].filter(Boolean).join("  ");
  if (/FAILURE|LOST/.test(event.kind)) line.className = "bad";
  list.append(line);
  if (list.children.length > MOST_EVENTS) list.firstChild.remove();
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

function listen() {
  const source = new EventSource(`${V1}/events`);
  source.addEventListener("open", () => {
    byId("connection").textContent = "live";
    refresh();
    if (chosenRun) attempt(() => choose(chosenRun));
  });
  source.addEventListener("error", () => { byId("connection").textContent = "connection lost; trying again …"; });
  source.addEventListener("locations", (message) => {
    showLocations(JSON.parse(message.data).items);
    refresh();
  });
  source.addEventListener("message", (message) => {
    const event = JSON.parse(message.data);
    chosenRun ??= event.run_id || null;
    showEvent(event);
    if (event.kind.startsWith("RUN_") || event.kind.startsWith("ASSET_")) refresh();
  });
}

byId("all").addEventListener("click", () => attempt(() => launch(["*"])));
byId("more-assets").addEventListener("click", () => attempt(() => showAssets(true)));
listen();
