// The review form: holds the next entries in the browser, moves between fields and entries without waiting for the
// server, and hands every confirmation to the outbox.

const AHEAD = 5;
const IDLE_MS = 30000;
const HOLD_MS = 60000;

class ReviewForm {
  constructor(root, data) {
    this.root = root; this.data = data; this.rows = []; this.list = []; this.at = 0; this.values = new Map();
    this.undoStack = []; this.standard = false; this.all = false; this.remaining = null; this.row = null; this.lastTick = 0;
    this.keys = loadKeys(data.account);
    this.$ = (selector) => root.querySelector(selector);
    this.view = new PageView(this.$(".rv-page"));
    this.canvas = make("canvas", "rv-crop"); this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", "Ảnh phóng to của ô đang nhập");
    this.outbox = new Outbox(data.account, {
      onChange: (state, items) => this.showLine(state, items),
      onSaved: (item, answer) => this.saved(item, answer), onRefused: (item, why) => this.refused(item, why) });
    this.listen(); this.labelKeys();
    this.dialogs = keepDialogsAway(() => this.refocus());
    this.hold = setInterval(() => this.keepLeases(), HOLD_MS);
    this.outbox.pump(); this.reportOthers(); this.begin();
  }

  close() {
    this.dialogs.disconnect(); this.outbox.close(); this.view.close(); clearInterval(this.hold); clearTimeout(this.retry); clearTimeout(this.suggestTimer);
    window.removeEventListener("pagehide", this.leave); document.removeEventListener("keydown", this.stray);
    this.leave();
  }

  // ---- entries

  get entry() { return this.list[this.at]; }

  get supervising() { return this.data.mode === "supervise"; }

  async begin() {
    if (this.data.entry) {
      try { this.take([(await callServer("/api/review/entry/" + encodeURIComponent(this.data.entry) +
        "?mode=" + encodeURIComponent(this.data.mode))).entry]); }
      catch (error) { this.notice(error.message, "stop"); }
    }
    await this.fetchMore();
    if (!this.entry) this.showEmpty();
  }

  take(entries) {
    const known = new Set(this.list.map((e) => e.id));
    const waiting = new Set(this.outbox.items().filter((o) => !o.refused).map((o) => o.body.entry));
    const empty = !this.entry;
    for (const entry of entries) {
      // What waits in the outbox is already done by this person.
      if (known.has(entry.id) || waiting.has(entry.id)) continue;
      this.list.push(entry); pageImage(entry.page_image);
    }
    if (empty && this.entry) this.showEntry();
  }

  async fetchMore() {
    if (this.fetching || this.data.single || this.exhausted) return;
    this.fetching = true;
    const held = this.list.map((e) => e.id).concat(this.outbox.items().map((o) => o.body.entry));
    const query = new URLSearchParams({ mode: this.data.mode, n: String(AHEAD), held: held.join(",") });
    if (this.data.book) query.set("book", this.data.book);
    try {
      const answer = await callServer("/api/review/next?" + query);
      this.remaining = answer.remaining; this.exhausted = answer.entries.length === 0;
      this.take(answer.entries); this.showProgress();
    } catch (error) {
      // Straight after signing in the cookie may still be on its way.
      this.turns = (this.turns || 0) + 1;
      if (error instanceof ServerError && (error.status !== 401 || this.turns > 3)) { this.notice(error.message, "stop"); this.exhausted = true; }
      else {
        if (!(error instanceof ServerError)) this.showLine("offline", this.outbox.items());
        this.retry = setTimeout(() => this.fetchMore(), error instanceof ServerError ? 500 : 2000);
        this.fetching = false;
        return;
      }
    } finally { this.fetching = false; }
    if (!this.entry && this.exhausted) this.showEmpty();
  }

  valuesOf(entry) {
    if (!this.values.has(entry.id)) {
      const draft = loadDraft(this.data.account, entry);
      const values = {};
      for (const f of entry.fields) {
        values[f.column] = { text: f.text, state: f.state, source: f.source, normalized: f.normalized, seen: f.confirmed,
          changed: false, override: false, ...(draft ? draft.fields[f.column] : {}) };
      }
      this.values.set(entry.id, values);
    }
    return this.values.get(entry.id);
  }

  showEntry() {
    const entry = this.entry;
    if (!entry) { this.showEmpty(); return; }
    const values = this.valuesOf(entry);
    this.undoStack = []; this.row = null;
    this.$(".rv-title").textContent = entry.title;
    this.rows = entry.fields.map((field) => new FieldRow(field, values[field.column], {
      focus: (row) => this.focusRow(row), typed: (row) => this.typed(row), suggest: (i) => this.suggest(i) }));
    this.$(".rv-fields").replaceChildren(...this.rows.map((row) => row.node));
    this.$(".rv-empty").hidden = true; this.$(".rv-fields").hidden = false; this.$(".rv-body").hidden = false;
    this.pageSlot = this.view.setPage(entry.page_image, entry.page_size);
    this.labelKeys(); this.showFindings(entry.findings); this.fold(); this.showProgress();
    this.asked = false;
    const first = this.nextDoubtful(-1) || this.rows.find((r) => !r.node.classList.contains("folded")) || this.rows[0];
    if (entry.reason) this.notice((entry.state === "sent_back" ? "Người kiểm tra trả lại: " : "Lý do chuyển lên: ") + entry.reason, "");
    if (first) first.input.focus({ preventScroll: true });
    if (this.list.length - this.at <= AHEAD - 1) this.fetchMore();
  }

  showEmpty() {
    if (this.fetching) return;
    this.$(".rv-fields").hidden = true; this.$(".rv-findings").replaceChildren(); this.rows = []; this.row = null;
    const note = this.$(".rv-empty"); note.hidden = false;
    note.textContent = this.supervising ? "Hàng đợi đã hết trường hợp. Chọn sổ khác, hoặc quay lại sau." :
      "Không còn trường hợp nào chờ bạn ở đây. Chọn sổ khác ở phía trên, hoặc nhờ quản trị giao thêm sổ.";
    this.$(".rv-title").textContent = "Đã hết trường hợp";
    this.view.show(null); this.showProgress();
  }

  // Bounded: values and entries of long ago need not stay in the browser.
  trim() {
    while (this.at > 30) { const old = this.list.shift(); this.values.delete(old.id); this.at -= 1; }
  }

  // ---- fields

  focusRow(row) {
    if (this.row === row) return;
    const now = performance.now();
    if (this.row) { this.row.node.classList.remove("now"); this.leaveRow(this.row, now); }
    this.row = row; this.rowSince = now; this.before = { ...row.value };
    row.node.classList.add("now"); row.node.prepend(this.canvas);
    row.drawMore();
    this.view.show(row.field.box || this.entry.box);
    this.drawCrop(row);
    const list = this.$(".rv-fields");
    if (list.scrollHeight > list.clientHeight + 1) {
      list.scrollTop = Math.max(0, row.node.offsetTop - list.offsetTop - list.clientHeight * 0.3);
    } else row.node.scrollIntoView({ block: "center", behavior: "instant" });
    row.input.select();
  }

  drawCrop(row) {
    const box = row.field.box;
    this.canvas.style.display = box ? "" : "none";
    if (!box) return;
    const draw = () => this.row === row && drawCrop(this.canvas, this.pageSlot.image, box, this.entry.page_size);
    if (!draw()) this.pageSlot.ready.then(draw);
  }

  leaveRow(row, now) {
    if (row.dirty) { row.dirty = false; this.checkSoon(); }
    const effort = this.effortOf(this.entry).fields[row.field.column] ||= { ms: 0, keys: 0, corrections: 0 };
    effort.ms += Math.min(IDLE_MS, now - this.rowSince);
  }

  typed(row) {
    const value = row.value, text = row.input.value;
    if (this.standard) { value.normalized = text.normalize("NFC"); value.override = true; }
    else { value.text = text; value.normalized = null; value.override = false; value.state = "written"; }
    value.source = "person"; value.changed = true; row.dirty = true;
    row.node.classList.remove("marked");
    this.saveDraft(); this.suggestSoon(row);
  }

  // Suggestions for what is being typed; late answers for another field or an older text are thrown away.
  suggestSoon(row) {
    clearTimeout(this.suggestTimer);
    const entry = this.entry, text = row.input.value;
    if (this.standard || text.trim().length < 2) return;
    this.suggestTimer = setTimeout(async () => {
      const query = new URLSearchParams({ column: row.field.column, text });
      try {
        const answer = await callServer(`/api/review/suggest/${entry.id}?` + query);
        if (this.row !== row || row.input.value !== text) return;
        row.field.suggestions = answer.suggestions; row.drawMore();
      } catch (error) { /* without suggestions one types on */ }
    }, 200);
  }

  // One change of one field, undoable.
  change(row, changes) {
    this.undoStack.push({ column: row.field.column, before: { ...row.value } });
    Object.assign(row.value, changes, { changed: true });
    this.effortField(row).corrections += 1;
    row.draw(this.standard); row.input.select(); row.dirty = true; this.saveDraft();
  }

  setText(row, text, source) { this.change(row, { text: text.normalize("NFC"), state: "written", source, normalized: null, override: false }); }

  mark(state) {
    if (this.row) { this.change(this.row, { text: "", state, source: "person", normalized: "", override: false }); this.accept(); }
  }

  suggest(i) {
    const suggestion = this.row && this.row.field.suggestions[i];
    if (suggestion) this.setText(this.row, suggestion.text, "suggestion");
  }

  ditto() {
    const before = this.at > 0 ? this.valuesOf(this.list[this.at - 1])[this.row.field.column] : null;
    const text = before && before.text ? before.text : this.row.field.previous;
    if (text) this.setText(this.row, text, "suggestion");
    else this.notice("Trường hợp trước không có giá trị ở ô này.", "");
  }

  swap() {
    const swapped = swapDayMonth(this.row.value.text);
    if (swapped) this.setText(this.row, swapped, "person");
    else this.notice("Ô này không có ngày và tháng để đổi chỗ.", "");
  }

  undo(event) {
    // Letters just typed are the browser's own undo; ours takes back suggestions, marks, copies and earlier fields.
    if (this.row && this.row.dirty && !this.undoStack.length) return false;
    const last = this.undoStack.pop();
    if (!last) return false;
    event.preventDefault();
    const row = this.rows.find((r) => r.field.column === last.column);
    Object.assign(row.value, last.before); row.draw(this.standard); row.input.focus(); row.input.select(); this.saveDraft();
    return true;
  }

  restore() { Object.assign(this.row.value, this.before); this.row.draw(this.standard); this.row.input.select(); this.saveDraft(); }

  // Enter: the field is right as it stands. Empty means that the book has nothing there: a decision, not a gap.
  accept() {
    const row = this.row, value = row.value;
    value.text = value.text.normalize("NFC").trim();
    if (!value.text && value.state === "written") value.state = "blank";
    value.seen = true;
    if (row.dirty) this.undoStack.push({ column: row.field.column, before: { ...this.before } });
    row.draw(this.standard); this.saveDraft();
    const index = this.rows.indexOf(row);
    const next = this.all ? this.rows[index + 1] : this.nextDoubtful(index);
    if (next) next.input.focus({ preventScroll: true });
    else { this.leaveRow(row, performance.now()); this.rowSince = performance.now(); this.$('[data-act="confirm"]').focus(); }
  }

  back() {
    const index = this.rows.indexOf(this.row);
    const earlier = this.rows.slice(0, index < 0 ? this.rows.length : index).reverse();
    const target = this.all ? earlier[0] : earlier.find((r) => r.doubtful || r.value.changed) || earlier[0];
    if (target) target.input.focus({ preventScroll: true });
  }

  nextDoubtful(index) {
    const open = (r) => (r.doubtful || (r.finding && r.finding.severity === "error")) && !r.value.seen;
    return this.rows.slice(index + 1).find(open) || this.rows.slice(0, Math.max(0, index)).find(open) || null;
  }

  fold() {
    const only = this.data.mode === "doubtful" && !this.all;
    for (const row of this.rows) row.node.classList.toggle("folded", only && !row.doubtful && !row.finding);
    const sure = this.rows.filter((r) => !r.doubtful).length;
    this.$(".rv-sure").textContent = `${this.rows.length - sure} ô cần xem, ${sure} ô máy đọc chắc`;
  }

  saveDraft() {
    const entry = this.entry, kept = {};
    for (const [column, v] of Object.entries(this.valuesOf(entry))) if (v.changed || v.seen) kept[column] = v;
    storeDraft(this.data.account, entry, kept);
  }

  // ---- checks while typing

  checkSoon() { clearTimeout(this.checkTimer); this.checkTimer = setTimeout(() => this.check(), 150); }

  async check() {
    const entry = this.entry;
    if (!entry) return;
    try {
      const answer = await callServer("/api/review/check", { entry: entry.id, fields: this.fieldsToSend(entry) });
      if (this.entry !== entry) return;
      const values = this.valuesOf(entry);
      for (const row of this.rows) {
        const v = values[row.field.column];
        if (v.normalized === null && row !== this.row) v.normalized = answer.normalized[row.field.column] ?? null;
        else if (v.normalized === null && !row.dirty) v.normalized = answer.normalized[row.field.column] ?? null;
      }
      this.showFindings(answer.findings);
    } catch (error) { /* the same checks run on the server when the entry is saved */ }
  }

  showFindings(findings) {
    const box = this.$(".rv-findings");
    for (const row of this.rows) { row.finding = null; row.remarks = []; }
    box.replaceChildren(...findings.map((finding) => {
      const line = make("button", "rv-finding " + finding.severity); line.type = "button"; line.setAttribute("role", "listitem");
      line.append(make("b", "", finding.severity === "error" ? "✖" : "⚠"), make("span", "", finding.message));
      if (finding.source) line.append(make("small", "", finding.source));
      const rows = this.rows.filter((r) => finding.columns.includes(r.field.column));
      for (const row of rows) { row.remarks.push(finding); if (!row.finding || finding.severity === "error") row.finding = finding; }
      line.addEventListener("click", () => rows[0] && rows[0].input.focus({ preventScroll: true }));
      return line;
    }));
    for (const row of this.rows) row.draw(this.standard);
  }

  // ---- saving

  fieldsToSend(entry) {
    return Object.entries(this.valuesOf(entry)).map(([column, v]) => ({ column, text: v.text.normalize("NFC").trim(), state: v.state,
      source: v.source, seen: v.seen, changed: v.changed, normalized: v.override ? v.normalized : null }));
  }

  effortOf(entry) { return (entry.effort ||= { active_ms: 0, keys: 0, fields: {} }); }

  effortField(row) { return (this.effortOf(this.entry).fields[row.field.column] ||= { ms: 0, keys: 0, corrections: 0 }); }

  // Entries that are final are opened again with a reason before anything in them can change.
  get closed() { return this.supervising && Boolean(this.entry) && ["approved", "set_aside"].includes(this.entry.state); }

  confirm() {
    if (this.closed) {
      this.reason("Mở lại trường hợp", "Vì sao?", ["Phần mềm nhập trả lại", "Phát hiện sai sau khi duyệt"], (reason) => this.save("reopen", reason));
      return;
    }
    const open = this.rows.filter((r) => r.doubtful && !r.value.seen && !r.value.changed);
    if (open.length && !this.asked) {
      this.asked = true;
      open[0].input.focus({ preventScroll: true });
      this.notice(`Còn ${open.length} ô cần xem chưa xem tới. Xem tiếp, hoặc bấm ${this.keys.confirm} lần nữa để nhận cả.`, "");
      return;
    }
    this.save(this.supervising ? "approve" : "confirm", "");
  }

  save(decision, reason) {
    const entry = this.entry;
    if (!entry) return;
    if (this.row) this.leaveRow(this.row, performance.now());
    clearTimeout(this.checkTimer);
    for (const row of this.rows) {
      // What typing the value from blank would take in Telex: a key a letter, a key a mark.
      const effort = this.effortField(row); effort.blank = row.value.text.normalize("NFD").length;
    }
    this.outbox.add("/api/review/save", { entry: entry.id, revision: entry.revision, token: newToken(), decision, reason,
      fields: decision === "reopen" ? [] : this.fieldsToSend(entry), effort: this.effortOf(entry) });
    entry.saved = true; entry.effort = null;
    dropDraft(this.data.account, entry.id);
    if (this.remaining && !entry.counted) { this.remaining -= 1; entry.counted = true; }
    this.hideNotice(); this.at += 1; this.trim(); this.showEntry();
  }

  saved(item, answer) {
    const entry = this.list.find((e) => e.id === item.body.entry);
    if (entry) { entry.revision = answer.revision; entry.state = answer.state; }
    const errors = (answer.findings || []).filter((f) => f.severity === "error");
    if (errors.length && entry && entry !== this.entry && this.data.mode !== "supervise") {
      this.notice(`${entry.title}: ${errors[0].message} Trường hợp đã lưu và chuyển cho người kiểm tra.`, "", "Xem lại", () => this.openAgain(entry));
    }
    this.root.dispatchEvent(new CustomEvent("review-saved", { bubbles: true, detail: { entry: item.body.entry } }));
  }

  // Refused: somebody else saved this entry meanwhile, or it may not be changed. The typed values are kept and shown.
  refused(item, why) {
    this.notice(why.message, "stop", "Mở lại trường hợp", async () => {
      try {
        const fresh = (await callServer("/api/review/entry/" + item.body.entry + "?mode=" + this.data.mode)).entry;
        const values = {};
        for (const f of fresh.fields) {
          const mine = item.body.fields.find((o) => o.column === f.column);
          const differs = mine && (mine.text !== f.text || mine.state !== f.state) && (mine.changed || mine.seen);
          values[f.column] = { text: differs ? mine.text : f.text, state: differs ? mine.state : f.state, normalized: differs ? null : f.normalized,
            source: differs ? "person" : f.source, seen: false, changed: Boolean(differs), override: false };
          if (differs) { f.needs_review = true; f.compare = [{ who: "Đang lưu", text: f.text }]; }
        }
        this.outbox.drop(item.token);
        this.list = this.list.filter((e) => e.id !== fresh.id); this.at = Math.min(this.at, this.list.length);
        this.list.splice(this.at, 0, fresh); this.values.set(fresh.id, values); this.hideNotice(); this.showEntry();
      } catch (error) { this.notice(error.message, "stop"); }
    });
  }

  // An entry saved a moment ago is opened again; one that left this person's hands is first taken back from the queue.
  async openAgain(entry) {
    if (entry.saved && ["escalated", "set_aside", "approved", "sent_back"].includes(entry.state) && !this.outbox.waits(entry.id)) {
      try {
        const answer = await callServer("/api/review/undo", { entry: entry.id, revision: entry.revision, token: newToken() });
        entry.revision = answer.revision; entry.state = answer.state; entry.reason = "";
      } catch (error) { this.notice(error.message, "stop"); return; }
    }
    const index = this.list.indexOf(entry);
    if (index >= 0) { this.at = index; this.hideNotice(); this.showEntry(); }
  }

  previousEntry() {
    if (this.at > 0) this.openAgain(this.list[this.at - 1]);
    else this.notice("Đây là trường hợp đầu của lượt làm này.", "");
  }

  nextEntry() { if (this.at < this.list.length - 1 || !this.exhausted) { this.at += 1; this.showEntry(); } else this.notice("Không còn trường hợp nào phía sau.", ""); }

  ask() {
    const back = this.supervising;
    this.reason(back ? "Trả lại cho người nhập" : "Hỏi người kiểm tra", back ? "Cần sửa gì?" : "Chưa rõ chỗ nào?",
      back ? ["Xem lại ngày", "Gõ thiếu dấu", "Chữ trong sổ khác"] : ["Chữ khó đọc", "Hai chỗ trong sổ mâu thuẫn", "Trường hợp bị sửa chồng"],
      (reason) => this.save(back ? "send_back" : "escalate", reason));
  }

  setAside() {
    this.reason("Không phải một trường hợp đăng ký", "Vì sao?", ["Trang trống", "Trường hợp bị hủy", "Trang bị rách", "Bìa hoặc trang khóa sổ"],
      (reason) => this.save("set_aside", reason));
  }

  reason(title, label, chips, done) {
    const dialog = this.$(".rv-reason"), area = dialog.querySelector("textarea"), form = dialog.querySelector("form");
    dialog.querySelector("h3").textContent = title; dialog.querySelector("label span").textContent = label; area.value = "";
    dialog.querySelector(".rv-chips").replaceChildren(...chips.map((text) => {
      const chip = make("button", "rv-chip", text); chip.type = "button";
      chip.addEventListener("click", () => { area.value = text; area.focus(); });
      return chip;
    }));
    form.onsubmit = (event) => {
      event.preventDefault();
      const text = area.value.normalize("NFC").trim();
      if (!text) { area.focus(); area.setAttribute("placeholder", "Ghi ngắn gọn một lý do"); return; }
      dialog.close(); done(text);
    };
    dialog.querySelector('button[value="no"]').onclick = () => { dialog.close(); if (this.row) this.row.input.focus(); };
    area.onkeydown = (event) => { if (event.key === "Enter" && !event.shiftKey && !composing(event)) { event.preventDefault(); form.requestSubmit(); } };
    dialog.showModal(); area.focus();
  }

  // ---- leases

  keepLeases() {
    const ids = this.list.slice(this.at).map((e) => e.id);
    if (ids.length && document.visibilityState === "visible") callServer("/api/review/hold", { entries: ids }).catch(() => {});
  }

  // Back to where the person was, unless the focus is in the form already.
  refocus() {
    if (this.root.getRootNode().activeElement) return;
    const next = this.row && this.row.value.seen && !this.nextDoubtful(this.rows.indexOf(this.row)) ? this.$('[data-act="confirm"]') : null;
    if (next || this.row) (next || this.row.input).focus({ preventScroll: true });
  }

  // ---- telling

  showLine(state, items) {
    const line = this.$(".rv-line"), waiting = items.filter((o) => !o.refused).length, stuck = items.length - waiting;
    line.dataset.state = state === "ok" && !stuck ? "ok" : state === "signin" || stuck ? "stop" : "wait";
    line.textContent = state === "signin" ? `Hết phiên làm việc: ${waiting} trường hợp giữ trong máy này` :
      state === "offline" ? `${this.outbox.trouble || "Mất kết nối, đang thử lại"}: ${waiting} trường hợp giữ trong máy này` :
      stuck ? `${stuck} trường hợp chưa lưu được` : waiting ? `Đang lưu ${waiting} trường hợp` : "Đã lưu hết";
    line.dataset.waiting = String(waiting);
    if (state === "signin") this.notice("Phiên làm việc đã hết hạn. Việc đã xác nhận vẫn được giữ trong trình duyệt này; hãy đăng nhập lại để lưu tiếp.",
      "stop", "Đăng nhập lại", () => window.location.reload());
  }

  // Work of another account left in this browser is never sent under this one's name.
  reportOthers() {
    const others = new Set();
    for (let i = 0; i < localStorage.length; i += 1) {
      const key = localStorage.key(i);
      if (key.startsWith(OUTBOX_STORE) && !key.startsWith(OUTBOX_STORE + this.data.account + ".")) others.add(key.slice(OUTBOX_STORE.length).split(".")[0]);
    }
    if (others.size) this.notice(`Máy này còn giữ trường hợp chưa lưu của tài khoản khác (${others.size}). Nhờ người đó đăng nhập lại trên máy này.`, "");
    for (const item of this.outbox.items()) if (item.refused) this.refused(item, item.refused);
  }

  showProgress() {
    const n = this.remaining;
    this.$(".rv-progress").textContent = n === null || n === undefined ? "" : `còn ${n.toLocaleString("vi-VN")} trường hợp`;
  }

  notice(text, kind, button, act) {
    const box = this.$(".rv-notice");
    box.hidden = false; box.dataset.kind = kind; box.replaceChildren(make("span", "", text));
    if (button) { const b = make("button", "", button); b.type = "button"; b.addEventListener("click", act); box.append(b); }
    const close = make("button", "", "✕"); close.type = "button"; close.setAttribute("aria-label", "Đóng thông báo");
    close.addEventListener("click", () => this.hideNotice());
    box.append(close);
  }

  hideNotice() { this.$(".rv-notice").hidden = true; }

  labelKeys() {
    const names = { confirm: this.closed ? "Mở lại" : this.supervising ? "Duyệt" : "Xác nhận", previousEntry: "Trường hợp trước", nextEntry: "Để sau",
      ask: this.supervising ? "Trả lại" : "Hỏi người kiểm tra", visitAll: "Đi qua mọi ô", toggleStandard: "Giá trị chuẩn", help: "Phím tắt",
      setAside: "Không phải một trường hợp" };
    for (const [action, text] of Object.entries(names)) {
      this.$(`[data-act="${action}"]`).replaceChildren(text, make("kbd", "", this.keys[action]));
    }
  }

  help() {
    const dialog = this.$(".rv-help");
    dialog.querySelector("tbody").replaceChildren(...Object.keys(this.keys).map((action) => {
      const row = make("tr"), cell = make("td"), button = make("button", "rv-small", "Đổi"), key = make("td");
      key.append(make("kbd", "", this.keys[action])); button.type = "button"; button.setAttribute("aria-label", "Đổi phím: " + KEY_LABELS[action]);
      button.addEventListener("click", () => this.rebind(action, button));
      cell.append(button); row.append(make("td", "", KEY_LABELS[action]), key, cell);
      return row;
    }));
    if (!dialog.open) dialog.showModal();
  }

  rebind(action, button) {
    button.textContent = "Bấm phím mới…"; button.focus();
    button.onkeydown = (event) => {
      const name = keyName(event);
      if (!name) return;
      event.preventDefault(); event.stopPropagation();
      const taken = Object.keys(this.keys).find((other) => other !== action && this.keys[other] === name);
      if (!keyAllowed(name)) { button.textContent = "Phím này dùng để gõ, chọn phím khác"; return; }
      if (taken) { button.textContent = `Đã dùng cho «${KEY_LABELS[taken]}»`; return; }
      this.keys[action] = name; storeKeys(this.data.account, this.keys); this.labelKeys(); this.help();
    };
  }

  // ---- keyboard and mouse

  listen() {
    this.root.addEventListener("keydown", (event) => this.key(event));
    // The page around us has single-letter shortcuts of its own; typing here must not reach them.
    for (const kind of ["keypress", "keyup"]) this.root.addEventListener(kind, (event) => event.stopPropagation());
    this.root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      if (button) this.act(button.dataset.act, event);
    });
    this.$(".rv-fields").addEventListener("submit", (event) => event.preventDefault());
    this.leave = () => {
      const ids = this.list.slice(this.at).map((e) => e.id);
      if (ids.length) navigator.sendBeacon("/api/review/release", new Blob([JSON.stringify({ entries: ids })], { type: "application/json" }));
    };
    window.addEventListener("pagehide", this.leave);
    // A click beside the fields takes the focus away; the shortcuts must go on working.
    this.stray = (event) => {
      if (document.activeElement && document.activeElement !== document.body) return;
      if (this.root.querySelector("dialog[open]") || !actionOf(event, this.keys)) return;
      this.refocus(); this.key(event);
    };
    document.addEventListener("keydown", this.stray);
  }

  key(event) {
    event.stopPropagation();
    this.count();
    if (composing(event) || event.target.closest("dialog")) return;
    const action = actionOf(event, this.keys);
    if (!action) return;
    // A button in focus keeps its own Enter, except that Enter held down must never confirm entry after entry.
    if (action === "accept" && event.target.tagName === "BUTTON") { if (event.repeat) event.preventDefault(); return; }
    if (event.repeat && !["back", "zoomIn", "zoomOut", "undo"].includes(action)) { event.preventDefault(); return; }
    if (action === "undo") { this.undo(event); return; }
    event.preventDefault();
    const started = performance.now();
    this.act(action, event);
    if (action === "accept" || action === "confirm") this.measure(action, started);
  }

  act(action, event) {
    const free = { help: () => this.help(), helpToo: () => this.help(), closeHelp: () => this.$(".rv-help").close(),
      resetKeys: () => { this.keys = { ...DEFAULT_KEYS }; storeKeys(this.data.account, this.keys); this.labelKeys(); this.help(); },
      previousEntry: () => this.previousEntry(), nextEntry: () => this.nextEntry(), visitAll: () => this.toggleAll(),
      zoomIn: () => this.view.zoom(1.25), zoomOut: () => this.view.zoom(0.8), zoomPage: () => this.view.whole() };
    if (free[action]) { free[action](); return; }
    if (!this.entry || !this.row) return;
    const bound = { accept: () => this.accept(), back: () => this.back(), confirm: () => this.confirm(), ask: () => this.ask(),
      setAside: () => this.setAside(), ditto: () => this.ditto(), swapDayMonth: () => this.swap(), restore: () => this.restore(),
      toggleStandard: () => this.toggleStandard(), undo: () => this.undo(event) };
    if (action in MARKS) this.mark(action);
    else if (action.startsWith("suggest")) this.suggest(Number(action.slice(-1)) - 1);
    else if (bound[action]) bound[action]();
  }

  toggleAll() {
    this.all = !this.all; this.$('[data-act="visitAll"]').setAttribute("aria-pressed", String(this.all)); this.fold();
    if (this.row) this.row.input.focus();
  }

  toggleStandard() {
    this.standard = !this.standard; this.$('[data-act="toggleStandard"]').setAttribute("aria-pressed", String(this.standard));
    for (const row of this.rows) row.draw(this.standard);
    this.row.input.focus(); this.row.input.select();
    if (this.standard && Object.values(this.valuesOf(this.entry)).some((v) => v.normalized === null)) this.check();
  }

  count() {
    const now = performance.now();
    if (this.entry) {
      const effort = this.effortOf(this.entry); effort.keys += 1;
      if (this.lastTick && now - this.lastTick < IDLE_MS) effort.active_ms += now - this.lastTick;
      if (this.row) this.effortField(this.row).keys += 1;
    }
    this.lastTick = now;
  }

  // From the key press to the frame that shows the answer; read by the benchmark.
  measure(action, started) {
    requestAnimationFrame(() => setTimeout(() => performance.measure("review-" + action, { start: started, end: performance.now() })));
  }
}

const FORMS = new WeakMap();

function mountReview(component) {
  const { parentElement, data } = component;
  const root = parentElement.querySelector(".rv");
  const key = JSON.stringify([data.account, data.book, data.mode, data.entry, data.visit]);
  const old = FORMS.get(root);
  if (!old || old.key !== key) {
    if (old) old.form.close();
    FORMS.set(root, { key, form: new ReviewForm(root, data) });
  }
  return () => {
    const held = FORMS.get(root);
    if (held && !root.isConnected) { held.form.close(); FORMS.delete(root); }
  };
}
