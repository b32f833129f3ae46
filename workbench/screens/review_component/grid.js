// One field over many entries: a grid of crops with their values. The odd ones are picked out, the rest confirmed at
// once, through the same outbox as the review form.

const COLUMN_SAVE = "/api/review/column-save";
const ALL_CELLS = { id: "cells" };  // what effort is measured of here: the cells on the screen together

class ColumnGrid {
  constructor(root, data) {
    this.root = root; this.data = data; this.tiles = []; this.life = new AbortController(); this.effort = new EffortMeter();
    const { signal } = this.life;
    this.$ = (selector) => root.querySelector(selector);
    callServer.account = data.account;
    this.outbox = new Outbox(data.account, SEAT.screen, { onChange: (state, items) => this.showLine(state, items),
      onSaved: (item, answer) => { if (item.path === COLUMN_SAVE) this.saved(answer); },
      onRefused: (item, why) => { if (item.path === COLUMN_SAVE) { this.notice(why.message); this.load(); } } });
    root.addEventListener("keydown", (event) => this.key(event), { signal });
    for (const kind of ["keypress", "keyup"]) root.addEventListener(kind, (event) => event.stopPropagation(), { signal });
    // Looking over many cells is work without a key: turning the wheel, moving the mouse.
    for (const kind of ["wheel", "pointermove", "pointerdown"]) root.addEventListener(kind, () => this.effort.awake(ALL_CELLS), { signal, passive: true });
    root.addEventListener("click", (event) => { const b = event.target.closest("[data-act]"); if (b) this.act(b.dataset.act); }, { signal });
    // A cell below the fold is confirmed by nobody: only what was on the screen with its ink counts as seen.
    this.sight = new IntersectionObserver((seen) => this.looked(seen), { threshold: 0.9 });
    this.dialogs = keepDialogsAway(() => { const t = this.tiles.find((tile) => tile.input.isConnected); if (t && !root.getRootNode().activeElement) t.input.focus(); });
    this.outbox.pump(); this.load();
  }

  close() { this.life.abort(); this.sight.disconnect(); this.dialogs.disconnect(); this.outbox.close(); this.$(".gr").replaceChildren(); }

  giveBack() { /* the grid reserves nothing */ }

  looked(seen) {
    for (const { target, isIntersecting } of seen) {
      const tile = this.tiles.find((t) => t.node === target);
      if (tile && isIntersecting) tile.image.decode().then(() => { tile.seen = true; this.tell(); }, () => {});
    }
  }

  async load() {
    const query = new URLSearchParams({ book: this.data.book, column: this.data.column, n: "60" });
    try {
      const answer = await callServer("/api/review/column?" + query);
      this.$(".rv-title").textContent = this.label = answer.label;
      const held = answer.held ? `${answer.held.toLocaleString("vi-VN")} ô thuộc trường hợp người khác đang nhập` : "";
      this.$(".rv-progress").textContent = [`còn ${answer.remaining.toLocaleString("vi-VN")} ô`, held].filter(Boolean).join("; ");
      if (this.life.signal.aborted) return;
      this.sight.disconnect();
      const before = this.tiles;
      this.tiles = answer.items.map((item) => this.tile(item));
      for (const tile of this.tiles) this.keep(tile, before.find((t) => t.item.entry === tile.item.entry));
      this.$(".gr").replaceChildren(...this.tiles.map((t) => t.node));
      for (const tile of this.tiles) grow(tile.input);
      this.$(".rv-empty").hidden = this.tiles.length > 0; this.root.classList.toggle("rv-idle", !this.tiles.length);
      this.$(".rv-empty").textContent = held ? `Ở đây hết ô để xác nhận; ${held}. Hãy đợi người đó xong, hoặc chọn cột khác.`
        : "Không còn ô nào của cột này cần xác nhận trong sổ. Hãy chọn cột khác ở trên, hoặc soát tiếp ở «Cả trường hợp».";
      for (const tile of this.tiles) this.sight.observe(tile.node);
      if (this.tiles.length) this.tiles[0].input.focus();
      this.tell(); this.effort.awake(null);
    } catch (error) {
      if (error instanceof ServerError) this.notice(error.message);
      else if (!this.life.signal.aborted) setTimeout(() => this.load(), 2000);
    }
  }

  tile(item) {
    const node = make("div", "gr-tile"), top = make("div", "gr-top"), image = make("img"), input = valueBox();
    node.setAttribute("role", "listitem");
    const sign = make("span", item.needs_review ? "doubt" : "", item.needs_review ? "? cần xem" : "✓ chắc");
    top.append(make("span", "", item.title), sign);
    if (item.crop) { image.src = item.crop; image.loading = "lazy"; image.alt = "Ảnh ô " + item.title; }
    input.value = item.text;
    input.setAttribute("aria-label", item.title + ", " + sign.textContent);
    if (!item.text) input.placeholder = item.standard || "để trống";
    const tile = { item, node, input, image, odd: false, seen: false };
    node.append(top, item.crop ? image : make("small", "", "không có bản quét"), input);
    if (item.text && item.standard && item.standard.toLowerCase() !== item.text.toLowerCase()) node.append(make("small", "", "→ " + item.standard));
    input.addEventListener("input", () => this.tell());
    image.addEventListener("click", () => this.toggle(tile));
    return tile;
  }

  // What was typed in a tile or marked on it, and not confirmed yet, outlives a new list.
  keep(tile, before) {
    if (!before) return;
    if (before.input.value !== before.item.text) tile.input.value = before.input.value;
    if (before.odd) this.toggle(tile);
  }

  toggle(tile) {
    tile.odd = !tile.odd; tile.node.classList.toggle("odd", tile.odd);
    tile.input.setAttribute("aria-label", tile.item.title + (tile.odd ? ", đã đánh dấu ô lạ" : "")); this.tell();
  }

  tell() {
    const odd = this.tiles.filter((t) => t.odd).length, changed = this.tiles.filter((t) => t.input.value !== t.item.text).length;
    const seen = this.ready().length, below = this.tiles.filter((t) => !t.odd && !t.seen).length;
    this.$(".rv-sure").textContent = `${seen} ô sẽ xác nhận (${changed} ô có sửa), ${odd} ô lạ để soát sau` +
      (below ? `, ${below} ô chưa cuộn tới` : "");
  }

  key(event) {
    event.stopPropagation();
    if (composing(event)) return;
    this.effort.pressed(event, ALL_CELLS, "");
    const name = keyName(event), index = this.tiles.findIndex((t) => t.input === event.target);
    if (name === "Ctrl+Enter") { event.preventDefault(); if (!event.repeat) this.confirm(); }
    else if (name === "F9") { event.preventDefault(); this.act("odd"); }
    else if (index >= 0 && (name === "Enter" || name === "Shift+Enter" || name === "ArrowDown" || name === "ArrowUp")) {
      event.preventDefault();
      const columns = getComputedStyle(this.$(".gr")).gridTemplateColumns.split(" ").length;
      const step = { Enter: 1, "Shift+Enter": -1, ArrowDown: columns, ArrowUp: -columns }[name];
      const target = this.tiles[index + step];
      if (target) target.input.focus();
    }
  }

  act(action) {
    if (action === "confirm") this.confirm();
    const active = this.root.getRootNode().activeElement, tile = this.tiles.find((t) => t.input === active);
    if (action === "odd" && tile) this.toggle(tile);
  }

  ready() { return this.tiles.filter((t) => t.seen && !t.odd); }

  confirm() {
    if (!this.ready().length) {
      const odd = this.tiles.every((t) => t.odd);
      if (this.tiles.length) this.notice(odd ? "Chỉ còn các ô lạ: soát ở «Cả trường hợp», hoặc bấm vào ảnh để bỏ dấu." : "Ảnh các ô đang mở. Xem ảnh rồi hãy xác nhận.");
      return;
    }
    const one = (t) => ({ entry: t.item.entry, revision: t.item.revision, text: t.input.value.normalize("NFC").trim(),
      changed: t.input.value !== t.item.text });
    this.outbox.add(COLUMN_SAVE, { token: newToken(), book: this.data.book, column: this.data.column,
      items: this.ready().map(one), odd: this.tiles.filter((t) => t.odd).map((t) => t.item.entry), effort: this.effort.spent(ALL_CELLS) }, this.label);
    for (const t of this.ready()) t.node.classList.add("saved");
  }

  saved(answer) {
    if (answer.refused) this.notice(`${cellsLeft(answer)} Chúng hiện lại bên dưới.`);
    this.load();
  }

  showLine(state, items) {
    const line = this.$(".rv-line");
    line.dataset.state = state === "ok" ? "ok" : state === "signin" ? "stop" : "wait";
    line.textContent = { ok: "Đã lưu hết", wait: "Đang lưu", signin: "Hết phiên làm việc, hãy đăng nhập lại" }[state] ||
      `Mất kết nối, đang thử lại: ${items.length} lượt giữ trong máy này`;
  }

  notice(text) { const box = this.$(".rv-notice"); box.hidden = false; box.replaceChildren(make("span", "", text)); }
}

function mountGrid(component) {
  const { parentElement, data } = component;
  const root = parentElement.querySelector(".rv"), key = JSON.stringify(["grid", data.account, data.book, data.column]);
  takeSeat(root, key, () => new ColumnGrid(root, data));
  return () => leaveWhenGone(root);
}
