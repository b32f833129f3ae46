// Outbox: a confirmation is first written into the browser's own storage, then sent; it leaves the outbox only when the
// server has acknowledged it. A dropped line, a restarted server or a closed tab therefore loses nothing. Each save has
// a token, so a repeated delivery changes nothing on the server.

const OUTBOX_STORE = "sohotich.outbox.";
const SHOWN = "/api/review/shown";

function newToken() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

class ServerError extends Error {
  constructor(status, code, message) { super(message); this.status = status; this.code = code; }
}

const CALL_MS = 20000;

// JSON to and from the routes of this server, in the name of an account: that of the form on the page unless another is
// named. Throws ServerError for answers, TypeError for a dropped line.
async function callServer(path, body, account = callServer.account) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), CALL_MS);
  try {
    const answer = await fetch(path, {
      method: body === undefined ? "GET" : "POST", credentials: "same-origin", signal: stop.signal, cache: "no-store",
      headers: { "X-Workbench-Account": account || "", ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    let data = {};
    try { data = await answer.json(); } catch (error) { data = {}; }
    if (!answer.ok) throw new ServerError(answer.status, data.code || "", data.message || "Máy chủ không nhận.");
    return data;
  } finally { clearTimeout(timer); }
}

// What stands in this browser's storage for anybody: account and item. Names of accounts may hold dots, tokens none.
function* stored() {
  for (let i = 0; i < localStorage.length; i += 1) {
    const key = localStorage.key(i), dot = key.lastIndexOf(".");
    if (!key.startsWith(OUTBOX_STORE) || dot < OUTBOX_STORE.length) continue;
    try { yield [key.slice(OUTBOX_STORE.length, dot), JSON.parse(localStorage.getItem(key))]; } catch (error) { /* not ours */ }
  }
}

const turnOf = ({ screen, turn }) => screen + " " + turn;
const FORGOTTEN_MS = 24 * 3600 * 1000;

class Outbox {
  // `screen` is the one whose word of what was shown is sent from here; "" for a place that shows no entries.
  constructor(account, screen, { onChange, onSaved, onRefused }) {
    this.account = account; this.screen = screen; this.onChange = onChange; this.onSaved = onSaved; this.onRefused = onRefused;
    this.memory = new Map(); this.sending = false; this.wait = 0; this.state = "ok"; this.timer = 0;
    this.wake = () => { this.wait = 0; this.pump(); };
    window.addEventListener("online", this.wake);
    for (const old of this.leafedThrough(this.items())) if (old.at < Date.now() - FORGOTTEN_MS) this.drop(old.token);
  }

  // Tells nobody any more, but sends what waits as long as the server answers.
  close() {
    window.removeEventListener("online", this.wake); clearTimeout(this.timer); this.closed = true;
    this.onChange = this.onSaved = this.onRefused = () => {};
  }

  // Items of this account, oldest first; storage is shared by the tabs of one browser.
  items() {
    const found = new Map(this.memory);
    for (const [account, item] of stored()) if (account === this.account) found.set(item.token, item);
    return [...found.values()].sort((a, b) => a.at - b.at || a.order - b.order);
  }

  // Decisions of people; besides them there is word of what came onto the screen.
  saves() { return this.items().filter((o) => o.path !== SHOWN); }

  // Word of entries on which nobody decided. Their own screen may still send it; from elsewhere it would reserve them for nobody.
  leafedThrough(items) {
    const decided = new Set(items.filter((o) => o.path !== SHOWN).map((o) => turnOf(o.body)));
    return items.filter((o) => o.path === SHOWN && !decided.has(turnOf(o.body)));
  }

  // What is sent next, if anything.
  get next() {
    const items = this.items(), idle = new Set(this.leafedThrough(items).filter((o) => o.body.screen !== this.screen));
    return items.find((o) => !o.refused && !idle.has(o));
  }

  // How many decisions the server has not taken yet, and may still take.
  get unsent() { return this.saves().filter((o) => !o.refused).length; }

  put(item) {
    try { localStorage.setItem(OUTBOX_STORE + this.account + "." + item.token, JSON.stringify(item)); }
    catch (error) { this.memory.set(item.token, item); }
  }

  drop(token) { this.memory.delete(token); localStorage.removeItem(OUTBOX_STORE + this.account + "." + token); }

  // The oldest decision that the server has refused: its values are kept until somebody has looked at it again.
  get refusal() { return this.saves().find((o) => o.refused); }

  // Never waits: the next entry is shown at once, the delivery goes on behind it. `title` names the entry to people.
  add(path, body, title = "") {
    this.count = (this.count || 0) + 1;
    const item = { token: body.token, path, body, title, at: Date.now(), order: this.count };
    const before = this.items().filter((o) => o.body.entry === body.entry && o.path === path).pop();
    if (before) item.after = before.token;
    this.put(item); this.wait = 0;
    if (this.sending) this.tell("wait"); // what is on its way goes first; this one is not saved yet
    this.pump();
    return item.token;
  }

  // An entry came onto the screen: the server hears it before the decision on it, for they are sent in order. Of entries that
  // were only leafed through the newest counts.
  tellShown({ entry, screen, turn }) {
    for (const old of this.leafedThrough(this.items())) if (old.body.screen === screen) this.drop(old.token);
    this.add(SHOWN, { token: newToken(), entry: entry.id, screen, turn });
  }

  // How many decisions of other accounts wait in this browser, by account.
  ofOthers() {
    const others = new Map();
    for (const [account, item] of stored()) {
      if (account !== this.account && item.path !== SHOWN) others.set(account, (others.get(account) || 0) + 1);
    }
    return others;
  }

  waits(entry) { return this.saves().some((o) => o.body.entry === entry); }

  async pump() {
    if (this.sending) return;
    clearTimeout(this.timer);
    const item = this.next;
    if (!item) { this.tell("ok"); return; }
    this.sending = true; this.tell("wait");
    let again = 0;
    try {
      const answer = await callServer(item.path, item.body, this.account);
      // The acknowledgement names the token: a proxy's stray page must not count as one.
      if (answer.token !== item.token) throw new TypeError("no acknowledgement");
      this.drop(item.token); this.wait = 0;
      if (item.path !== SHOWN) { this.followUp(item, answer); this.onSaved(item, answer); }
    } catch (error) {
      again = this.failed(item, error);
    } finally { this.sending = false; }
    if (again === 0) this.pump(); else if (again > 0 && !this.closed) this.timer = setTimeout(() => this.pump(), again);
  }

  // A later save of the same entry began from this one: it carries the revision that this one made.
  followUp(item, answer) {
    for (const later of this.items()) {
      if (later.after !== item.token) continue;
      later.body.revision = answer.revision; delete later.after; this.put(later);
    }
  }

  // Milliseconds until the next try; 0: go on with the next item; -1: stop until somebody signs in.
  failed(item, error) {
    if (error instanceof ServerError && error.status === 401) { this.tell("signin"); return -1; }
    if (error instanceof ServerError && error.status >= 400 && error.status < 500 && ![408, 425, 429].includes(error.status)) {
      const why = { status: error.status, code: error.code, message: error.message };
      if (item.body.entry && item.path !== SHOWN) { item.refused = why; this.put(item); } else this.drop(item.token);
      this.onRefused(item, why);
      return 0;
    }
    this.trouble = error instanceof ServerError ? error.message : "";
    this.wait = Math.min(15000, this.wait ? this.wait * 2 : 500);
    this.tell("offline");
    return this.wait;
  }

  tell(state) { this.state = state; this.onChange(state, this.saves()); }
}

// When the server goes away, the page around us puts up a dialog of its own and holds the focus in it. The form goes on
// working without the server, so the dialog is closed at once; the form's own line says what is the matter.
function keepDialogsAway(refocus, gone = () => {}) {
  const watcher = new MutationObserver(() => {
    gone();
    for (const dialog of document.querySelectorAll('[role="dialog"]')) {
      if (!/Connection error|Streamlit/.test(dialog.textContent)) continue;
      const close = dialog.querySelector('button[aria-label="Close"]') || dialog.querySelector("button");
      if (close) { close.click(); for (const wait of [0, 30, 120, 400]) setTimeout(refocus, wait); }
    }
  });
  watcher.observe(document.body, { childList: true, subtree: true });
  return watcher;
}

// ---- what is told of it, at the form and elsewhere

const casesSaid = (count) => `${count.toLocaleString("vi-VN")} lượt lưu`;

// Work of another account left in this browser is never sent under this one's name.
function toldOfOthers(outbox) {
  const others = [...outbox.ofOthers()].map(([account, count]) => `${casesSaid(count)} của tài khoản «${account}»`);
  return others.length ? `Máy này còn giữ ${others.join(", ")}. Nhờ người đó đăng nhập lại trên máy này: máy tự gửi, không mất gì.` : "";
}

// Of a confirmation of one field over many entries.
function toldOfCells(item, message) { return (item.title ? `${item.title}: ` : "") + message; }

function cellsLeft(answer) { return `${answer.refused} ô đã được người khác sửa nên chưa lưu.`; }
