// The entries a person has in the browser: those done in this sitting, the one on the screen, and the next few, asked
// for ahead with their pages and reserved while they are here.

const AHEAD = 5;
const KEPT_BEHIND = 30;
const HOLD_MS = 60000;

class EntryQueue {
  // `came` is called when entries arrived or none are left, `trouble` with an error the person must know of,
  // `offline` when the server cannot be reached.
  constructor(data, outbox, { came, trouble, offline }) {
    this.data = data; this.outbox = outbox; this.came = came; this.trouble = trouble; this.offline = offline;
    this.list = []; this.at = 0; this.remaining = null; this.exhausted = false; this.turns = 0;
    this.life = new AbortController();
    this.holding = setInterval(() => this.hold(), HOLD_MS);
    this.asking = new Set(); // questions whose answers are still to come
    this.left = new Set(); // entries that were saved or given back while the work goes on
  }

  close() { this.life.abort(); clearInterval(this.holding); clearTimeout(this.retry); }

  get shut() { return this.life.signal.aborted; }

  // Goes on where another queue of the same work was: its entries are still reserved for this person.
  takeOver(other) {
    this.list = other.list; this.at = other.at; this.left = other.left; this.remaining = other.remaining; this.exhausted = other.exhausted;
    if (this.now) { this.came(); this.hold(); } else this.begin();
  }

  get now() { return this.list[this.at]; }

  get before() { return this.at > 0 ? this.list[this.at - 1] : null; }

  find(id) { return this.list.find((entry) => entry.id === id); }

  async begin() {
    if (this.data.entry) {
      try { this.take([await this.fresh(this.data.entry)]); } catch (error) { this.trouble(error); }
    }
    await this.more();
    if (!this.shut) this.came();
  }

  // One entry as it stands now, reserved for this person.
  async fresh(id) {
    const { entry } = await this.ask(`/api/review/entry/${encodeURIComponent(id)}`, new URLSearchParams({ mode: this.data.mode }));
    return entry;
  }

  // Asks for entries under a name, by which they can be given back before they have come.
  async ask(path, query) {
    const name = newToken();
    query.set("ask", name); this.asking.add(name);
    try { return await callServer(`${path}?${query}`); } finally { this.asking.delete(name); }
  }

  take(entries) {
    const waiting = new Set(this.outbox.saves().filter((o) => !o.refused).map((o) => o.body.entry));
    for (const entry of entries) {
      // What waits in the outbox is already done by this person.
      if (this.find(entry.id) || waiting.has(entry.id)) continue;
      this.list.push(entry);
    }
    this.fetchPages();
  }

  // The page of the entry on the screen before those of the ones behind it: a first opening waits for one picture.
  async fetchPages() {
    const { now, list, at } = this;
    if (now) await pageImage(now.page_image).ready;
    if (this.now === now && !this.shut) for (const entry of list.slice(at + 1)) pageImage(entry.page_image);
  }

  async more() {
    if (this.fetching || this.data.single || this.exhausted || this.shut) return;
    this.fetching = true;
    const held = this.list.map((e) => e.id).concat(this.outbox.saves().map((o) => o.body.entry));
    const query = new URLSearchParams({ mode: this.data.mode, n: String(AHEAD), held: held.join(",") });
    if (this.data.book) query.set("book", this.data.book);
    if (this.data.order) query.set("order", this.data.order);
    try {
      const { unsent } = this.outbox; // done here, still waiting there
      const counted = this.remaining !== null;
      const answer = await this.ask("/api/review/next", query);
      if (this.shut) { this.take(answer.entries); return; } // given back, or gone on with, together with the others
      this.why = answer.why || ""; this.elsewhere = answer.elsewhere;
      // With a save on its way nobody knows whether the answer counts it already; what was counted down here holds then.
      if (!counted || !(unsent || this.outbox.unsent)) this.remaining = Math.max(0, answer.remaining - unsent);
      this.exhausted = answer.entries.length === 0;
      this.take(answer.entries);
    } catch (error) { if (!this.shut) this.failed(error); } finally { this.fetching = false; }
    if (!this.shut) this.came();
  }

  failed(error) {
    this.turns += 1;
    const known = error instanceof ServerError;
    // Straight after signing in the cookie may still be on its way.
    if (known && (error.status !== 401 || this.turns > 3)) { this.exhausted = true; this.trouble(error); return; }
    if (!known) this.offline();
    this.retry = setTimeout(() => this.more(), known ? 500 : 2000);
  }

  get ended() { return !this.now && !this.fetching && (this.exhausted || this.data.single); }

  // On to the next entry; few are left ahead: more are asked for. Entries of long ago need not stay.
  step() {
    this.at += 1;
    const gone = this.list.splice(0, Math.max(0, this.at - KEPT_BEHIND));
    this.at -= gone.length; this.backTo(this.mine(gone));
    return gone;
  }

  // Entries put off in this sitting, or opened again and left as they were.
  get later() { return this.list.slice(0, this.at).filter((entry) => !entry.saved); }

  // Asks once more after the end: what was put off, what others have given back meanwhile, what the machine has read since.
  again() {
    const later = new Set(this.later);
    this.list = this.list.filter((entry) => !later.has(entry)); this.at -= later.size;
    this.exhausted = false; this.more();
    return later;
  }

  askAhead() { if (this.list.length - this.at < AHEAD) this.more(); }

  done(entry) {
    entry.saved = true; this.left.add(entry.id);
    if (this.remaining && !entry.counted) { this.remaining -= 1; entry.counted = true; }
  }

  undone(entry) { entry.saved = false; if (entry.counted) { this.remaining += 1; entry.counted = false; } }

  goTo(entry) {
    const index = this.list.indexOf(entry);
    if (index >= 0) { this.at = index; this.left.delete(entry.id); }
    return index >= 0;
  }

  // Puts an entry before the one on the screen, in place of what is known of it.
  insert(entry) {
    this.list = this.list.filter((e) => e.id !== entry.id); this.at = Math.min(this.at, this.list.length);
    this.list.splice(this.at, 0, entry);
  }

  // Entries that are no longer this person's leave the list before they come onto the screen.
  lose(ids) {
    const gone = new Set(ids);
    const kept = this.list.slice(this.at).filter((e) => !gone.has(e.id));
    this.list.splice(this.at, this.list.length, ...kept);
  }

  // What lies behind is free for others, unless something was typed in it here and not saved yet (`kept`). Only once the
  // server has heard of all that was shown: heard later, it would reserve the entry again.
  giveBackBehind(kept) {
    const behind = this.mine(this.list.slice(0, this.at).filter((entry) => !kept(entry)));
    for (const id of behind) this.left.add(id);
    this.backTo(behind);
  }

  // Of these the ones that are still reserved, as far as is known here.
  mine(entries) { return entries.map((entry) => entry.id).filter((id) => !this.left.has(id)); }

  async hold() {
    const ids = this.mine(this.list);
    if (!ids.length || document.visibilityState !== "visible") return;
    try {
      const { held } = await callServer("/api/review/hold", { entries: ids });
      const on = this.now && this.now.id; // the one on the screen stays there until somebody decides
      if (held && !this.shut) this.lose(ids.filter((id) => id !== on && !held.includes(id)));
    } catch (error) { /* tried again in a minute */ }
  }

  // All of them, and those that are on their way; `forGood` where this screen will never show anything again.
  giveBack(forGood) { this.backTo(this.mine(this.list), [...this.asking, ...(forGood ? [SEAT.screen] : [])]); }

  backTo(ids, asks = []) {
    if (!ids.length && !asks.length) return;
    navigator.sendBeacon("/api/review/release", new Blob([JSON.stringify({ entries: ids, asks })], { type: "application/json" }));
  }
}
