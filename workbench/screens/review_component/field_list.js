// The fields of the entry on the screen: moving between them, typing, marks, suggestions, undo, and what the checks say.
// Nothing here waits for the server.

class FieldList {
  // `effort` measures, `notice` tells; `mode` is the form's.
  constructor(root, mode, effort, notice, signal) {
    this.mode = mode; this.effort = effort; this.notice = notice; this.rows = []; this.row = null; this.entry = null;
    this.standard = false; this.all = false;
    this.list = root.querySelector(".rv-fields"); this.remarks = root.querySelector(".rv-findings");
    this.counts = root.querySelector(".rv-sure"); this.confirmButton = root.querySelector('[data-act="confirm"]');
    this.view = new PageView(root.querySelector(".rv-page"), signal); this.live = new LiveChecks();
    this.canvas = make("canvas", "rv-crop"); this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", "Ảnh phóng to của ô đang nhập");
    this.list.addEventListener("submit", (event) => event.preventDefault(), { signal });
  }

  close() { this.clear(); this.view.close(); this.live.close(); }

  // `above(column)` is the value of the entry worked on before this one, for copying.
  show(entry, values, above) {
    this.entry = entry; this.values = values; this.above = above; this.row = null; values.forgetSteps();
    this.rows = entry.fields.map((field) => new FieldRow(field, values.get(field.column), {
      focus: (row) => this.focusRow(row), typed: (row) => this.typed(row), suggest: (i) => this.suggest(i) }));
    this.list.replaceChildren(...this.rows.map((row) => row.node)); this.list.hidden = false;
    this.openPage();
    this.showFindings(entry.findings); this.fold();
    const first = this.nextDoubtful(-1) || this.rows.find((r) => !r.node.classList.contains("folded")) || this.rows[0];
    if (first) first.input.focus({ preventScroll: true });
  }

  openPage() { this.page = this.view.setPage(this.entry.page_image, this.entry.page_size); }

  // Whether the page of the entry stands there: once it is decoded, and in the frame that follows.
  async pageShown() {
    const loaded = await this.page.ready;
    if (loaded) await new Promise((done) => requestAnimationFrame(() => done()));
    return loaded;
  }

  clear() {
    this.entry = null; this.rows = []; this.row = null; this.live.stop();
    this.list.replaceChildren(); this.list.hidden = true; this.remarks.replaceChildren(); this.counts.textContent = "";
    this.view.clear();
  }

  // Before a save: what is being typed counts, and its check comes too late.
  finish() { if (this.row) this.settle(this.row); this.live.stop(); }

  rowOf(column) { return this.rows.find((r) => r.field.column === column); }

  toRow() { if (this.row) this.row.input.focus({ preventScroll: true }); }

  focusRow(row) {
    if (this.row === row) return;
    if (this.row) { this.row.node.classList.remove("now"); this.settle(this.row); }
    this.row = row; this.before = { ...row.value };
    this.effort.at(this.entry, row.field.column);
    row.node.classList.add("now"); row.node.prepend(this.canvas);
    row.drawMore();
    this.view.show(row.field.box || this.entry.box);
    this.drawCrop(row);
    const list = this.list;
    if (list.scrollHeight > list.clientHeight + 1) {
      list.scrollTop = Math.max(0, row.node.offsetTop - list.offsetTop - list.clientHeight * 0.3);
    } else row.node.scrollIntoView({ block: "center", behavior: "instant" });
    row.input.select();
  }

  drawCrop(row) {
    const box = row.field.box;
    this.canvas.style.display = box ? "" : "none";
    if (!box) return;
    const draw = () => this.row === row && drawCrop(this.canvas, this.page.image, box, this.entry.page_size);
    if (!draw()) this.page.ready.then(draw);
  }

  typed(row) {
    const value = row.value, text = row.input.value;
    if (!row.typing) {
      row.typing = { ...value };
      this.values.remember(this.values.sharing(row.field)); this.effort.corrected(this.entry, row.field.column);
    }
    if (this.standard) Object.assign(value, { normalized: text.normalize("NFC"), override: true });
    else Object.assign(value, { text, normalized: null, override: false, state: "written" });
    Object.assign(value, { source: "person", changed: true, carried: false });
    row.dirty = true; row.node.classList.remove("marked");
    this.values.keepDraft();
    if (!this.standard) this.live.suggestSoon(this.entry, row, () => this.row === row);
  }

  // Typing in a field is over: columns that share its ink follow, and the checks look at it.
  settle(row) {
    if (row.typing) { this.carry(row, row.typing); row.typing = null; }
    if (row.dirty) { row.dirty = false; this.checkSoon(); }
  }

  carry(row, before) {
    for (const column of this.values.carry(row.field, before)) this.rowOf(column).draw(this.standard);
  }

  // One change of one field by key, undoable.
  change(row, changes) {
    this.settle(row);
    const before = { ...row.value };
    this.values.remember(this.values.sharing(row.field));
    Object.assign(row.value, changes, { changed: true, carried: false });
    this.effort.corrected(this.entry, row.field.column);
    this.carry(row, before);
    row.dirty = true; row.draw(this.standard); row.input.select(); this.values.keepDraft();
  }

  setText(text, source) { this.change(this.row, { text: text.normalize("NFC"), state: "written", source, normalized: null, override: false }); }

  mark(state) {
    this.change(this.row, { text: "", state, source: "person", normalized: "", override: false });
    this.accept();
  }

  suggest(i) {
    const suggestion = this.row && this.row.field.suggestions[i];
    if (suggestion) this.setText(suggestion.text, "suggestion");
  }

  ditto() {
    const text = this.above(this.row.field.column) || this.row.field.previous;
    if (text) this.setText(text, "suggestion");
    else this.notice("Trường hợp trước không có giá trị ở ô này.", "");
  }

  swap() {
    const swapped = swapDayMonth(this.row.value.text);
    if (swapped) this.setText(swapped, "person");
    else this.notice("Ô này không có ngày và tháng để đổi chỗ.", "");
  }

  undo(event) {
    // Letters just typed are the browser's own undo; ours takes back suggestions, marks, copies and earlier fields.
    if (this.row.typing && this.row.input.value !== this.row.typing.text) return;
    const columns = this.values.undo();
    if (!columns.length) return;
    event.preventDefault();
    for (const column of columns) { const row = this.rowOf(column); row.typing = null; row.dirty = true; row.draw(this.standard); }
    const row = this.rowOf(columns[0]);
    row.input.focus(); row.input.select(); this.checkSoon();
  }

  restore() { this.change(this.row, { ...this.before, changed: this.before.changed }); this.row.value.changed = this.before.changed; }

  // Enter: the field is right as it stands. Empty means that the book has nothing there: a decision, not a gap, unless
  // a rule gave the standard value without any ink ("on time" where no stamp says otherwise).
  accept() {
    const row = this.row, value = row.value;
    value.text = value.text.normalize("NFC").trim();
    if (!value.text && !value.normalized && value.state === "written") value.state = "blank";
    value.seen = true;
    this.settle(row); row.draw(this.standard); this.values.keepDraft();
    const index = this.rows.indexOf(row);
    const next = this.all ? this.rows[index + 1] : this.nextDoubtful(index);
    if (next) next.input.focus({ preventScroll: true });
    else { this.effort.at(this.entry, row.field.column); this.confirmButton.focus(); }
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

  // Doubtful fields that nobody has looked at yet.
  unseen() { return this.rows.filter((r) => r.doubtful && !r.value.seen && !r.value.changed); }

  fold() {
    const only = this.mode === "doubtful" && !this.all;
    for (const row of this.rows) row.node.classList.toggle("folded", only && !row.doubtful && !row.finding);
    const sure = this.rows.filter((r) => !r.doubtful).length;
    this.counts.textContent = `${this.rows.length - sure} ô cần xem, ${sure} ô máy đọc chắc`;
  }

  toggleAll() { this.all = !this.all; this.fold(); this.toRow(); return this.all; }

  toggleStandard() {
    this.standard = !this.standard;
    for (const row of this.rows) row.draw(this.standard);
    this.toRow();
    if (this.row) this.row.input.select();
    if (this.standard && this.values && Object.values(this.values.by).some((v) => v.normalized === null)) this.checkNow();
    return this.standard;
  }

  // ---- remarks of the checks

  checkSoon() { const entry = this.entry; this.live.checkSoon(entry, this.values, () => this.entry === entry, (found) => this.showFindings(found)); }

  checkNow() { const entry = this.entry; this.live.check(entry, this.values, () => this.entry === entry, (found) => this.showFindings(found)); }

  showFindings(findings) {
    for (const row of this.rows) { row.finding = null; row.remarks = []; }
    this.remarks.replaceChildren(...findings.map((finding) => {
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
}
