// The fields of the entry on the screen: moving between them, typing, marks, suggestions, undo, and what the checks say.
// Nothing here waits for the server.

const PAUSE_MS = 2000;
const CHECK_MS = 1500;

class FieldList {
  // `effort` measures, `notice` tells, `changed` is called when something was typed, looked at or checked, `keyOf` names an
  // action's key; `mode` is the form's.
  constructor(root, mode, effort, { notice, changed, keyOf }, signal) {
    this.mode = mode; this.effort = effort; this.notice = notice; this.changed = changed; this.keyOf = keyOf; this.rows = []; this.row = null; this.entry = null;
    this.standard = false; this.all = false;
    this.list = root.querySelector(".rv-fields"); this.found = []; this.stale = false;
    this.line = new RemarkLine(root.querySelector(".rv-findings"), signal);
    this.counts = root.querySelector(".rv-sure"); this.confirmButton = root.querySelector('[data-act="confirm"]');
    this.turner = root.querySelector('[data-act="turnPage"]');
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
      focus: (row) => this.focusRow(row), typed: (row) => this.typed(row), suggest: (i) => this.suggest(i), keyOf: this.keyOf }));
    this.list.replaceChildren(...this.rows.map((row) => row.node)); this.list.hidden = false;
    for (const row of this.rows) grow(row.input);
    this.openPage();
    this.showFindings(entry.findings); this.fold();
    if (values.open) this.checkSoon(); // a draft: the remarks kept with the entry are of other values
    const first = this.nextDoubtful(-1) || this.rows.find((r) => r.failing) || this.rows.find((r) => !r.node.classList.contains("folded")) || this.rows[0];
    if (first) first.input.focus({ preventScroll: true });
  }

  openPage() { this.turned = 0; this.page = this.view.setPage(this.entry.page_image, this.entry.page_size); this.tellTurn(); }

  // An entry that runs over several pages: the next of them, whole. The field in focus stays; the next field brings back
  // the first page, where the fields stand.
  turnPage() {
    const { entry, row } = this;
    if (!entry || !entry.more_pages.length) return;
    this.turned = (this.turned + 1) % (entry.more_pages.length + 1);
    const further = entry.more_pages[this.turned - 1];
    this.view.setPage(further ? further.image : entry.page_image, further ? further.size : entry.page_size);
    this.view.show(further ? null : (row && row.field.box) || entry.box);
    this.tellTurn();
  }

  tellTurn() {
    const pages = this.entry.more_pages.length + 1;
    this.turner.hidden = pages < 2; this.turner.textContent = `Trang ${this.turned + 1}/${pages}`;
    this.turner.setAttribute("aria-label", `Trang ${this.turned + 1} trong ${pages} trang của trường hợp; bấm để lật`);
  }

  // Whether the page of the entry stands there: once it is decoded, and in the frame that follows.
  async pageShown() {
    const loaded = await this.page.ready;
    if (loaded) await new Promise((done) => requestAnimationFrame(() => done()));
    return loaded;
  }

  clear() {
    this.entry = null; this.rows = []; this.row = null; this.live.stop();
    this.list.replaceChildren(); this.list.hidden = true; this.found = []; this.line.show([]); this.counts.textContent = "";
    this.turner.hidden = true; this.view.clear();
  }

  // Before a save: what is being typed counts, and its check comes too late.
  finish() { if (this.row) this.settle(this.row); this.live.stop(); }

  rowOf(column) { return this.rows.find((r) => r.field.column === column); }

  toRow() { if (this.row) this.row.input.focus({ preventScroll: true }); }

  focusRow(row) {
    if (this.row === row) return;
    if (this.row) { this.row.node.classList.remove("now"); this.settle(this.row); }
    this.row = row; this.before = { ...row.value }; this.changed();
    this.effort.at(this.entry, row.field.column);
    row.brought = -1;
    row.node.classList.add("now"); row.node.prepend(this.canvas);
    row.drawMore();
    this.markAlong(row);
    if (this.turned) this.openPage();
    this.view.show(row.field.box || this.entry.box);
    this.drawCrop(row);
    const list = this.list;
    if (list.scrollHeight > list.clientHeight + 1) {
      // A little below the top, and never so low that its end is cut off in a low window.
      const last = this.along(row).at(-1), end = last ? last.node.offsetTop + last.node.offsetHeight : 0;
      const room = list.clientHeight - Math.max(row.node.offsetHeight, end - row.node.offsetTop);
      list.scrollTop = Math.max(0, row.node.offsetTop - list.offsetTop - Math.max(0, Math.min(list.clientHeight * 0.3, room)));
    } else row.node.scrollIntoView({ block: "center", behavior: "instant" });
    row.input.select();
  }

  // Columns of the same line of ink that are to be looked at too: the crop shows them all, so one Enter takes them all.
  // One by one where every field is visited, and where what stands there cannot be true.
  along(row) {
    const asTold = ({ changed, carried, normalized }) => !changed || (carried && normalized !== null);
    if (this.all || !asTold(row.value)) return [];
    const columns = this.values.sharing(row.field).slice(1);
    return this.rows.filter((r) => columns.includes(r.field.column) && r.doubtful && !r.value.seen && asTold(r.value) &&
      !r.failing && !this.impossible(r));
  }

  markAlong(row) {
    const along = this.along(row);
    for (const r of this.rows) r.node.classList.toggle("along", along.includes(r));
    row.tellAlong(along.length);
  }

  // Nothing is taken that is not in sight.
  inSight(row) {
    const own = row.node.getBoundingClientRect(), list = this.list.getBoundingClientRect();
    return own.top >= list.top - 1 && own.bottom <= Math.min(list.bottom, window.innerHeight) + 1;
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
    const now = performance.now();
    // Letters typed after a pause are a change of their own: undo takes back one burst of typing at a time.
    if (!row.typing || now - row.typedAt > PAUSE_MS) this.values.remember(row.field.column);
    if (!row.typing) { row.typing = { ...value }; this.effort.corrected(this.entry, row.field.column); }
    row.typedAt = now; row.brought = -1; row.wrong = ""; row.drawSays();
    if (this.standard) Object.assign(value, { normalized: text.normalize("NFC"), override: true });
    else Object.assign(value, { text, normalized: null, override: false, state: "written" });
    Object.assign(value, { source: "person", changed: true, carried: false });
    row.dirty = true; row.node.classList.remove("marked");
    this.values.keepDraft(); this.markAlong(row);
    if (this.errors.length) this.checkSoon(); // what is wrong goes as soon as it is right
    if (!this.standard) this.live.suggestSoon(this.entry, row, () => this.row === row);
  }

  // Typing in a field is over: columns that share its ink follow, and the checks look at it.
  settle(row) {
    if (row.typing) { this.carry(row, row.typing); row.typing = null; }
    if (row.dirty) { row.dirty = false; this.checkSoon(); }
  }

  carry(row, before) {
    for (const column of this.values.carry(row.field, before)) this.rowOf(column).draw(this.standard);
    if (before.text && row.value.state === "written" && row.value.text !== before.text) this.openTwins(row, before.text);
  }

  // A name or a place that the machine read alike elsewhere in the entry may be misread there too: it is looked at, and
  // what was put right here is offered.
  openTwins(row, read) {
    if (!["name", "place"].includes(row.field.kind)) return;
    const sameInk = this.values.sharing(row.field);
    const alike = (r) => r.field.kind === row.field.kind && !r.value.seen && !r.value.changed && !sameInk.includes(r.field.column);
    for (const twin of this.rows.filter((r) => alike(r) && r.value.text.toLowerCase() === read.toLowerCase())) {
      const text = inCapitalsOf(twin.value.text, row.value.text);
      twin.field.needs_review = true;
      twin.field.suggestions = [{ text, why: `Vừa sửa ở ô «${row.field.label}»` }, ...twin.field.suggestions.filter((s) => s.text !== text)].slice(0, 5);
      twin.node.classList.remove("folded"); twin.draw(this.standard);
    }
    this.changed();
  }

  // One change of one field by key, undoable.
  change(row, changes) {
    this.settle(row);
    const before = { ...row.value };
    this.values.remember(row.field.column);
    Object.assign(row.value, changes, { changed: true, carried: false });
    row.wrong = "";
    this.effort.corrected(this.entry, row.field.column);
    this.carry(row, before);
    row.dirty = true; row.draw(this.standard); row.input.select(); this.values.keepDraft(); this.markAlong(row);
  }

  setText(text, source) { this.change(this.row, { text: text.normalize("NFC"), state: "written", source, normalized: null, override: false }); }

  mark(state) {
    this.change(this.row, { text: "", state, source: "person", normalized: "", override: false });
    this.accept();
  }

  // A suggestion was read before its key was pressed: it is taken, and the next field comes. Shift+Enter leads back.
  suggest(i) {
    const suggestion = this.row && this.row.field.suggestions[i];
    if (suggestion) { this.setText(suggestion.text, "suggestion"); this.accept(); }
  }

  // The next suggestion into the field, to be mended there: a long line of which the suggestion has all but a word.
  bring() {
    const { row } = this, offered = row.field.suggestions.slice(0, 5);
    if (!offered.length) { this.notice("Ô này không có gợi ý.", ""); return; }
    row.brought = (row.brought + 1) % offered.length;
    this.setText(offered[row.brought].text, "suggestion");
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

  // The browser's own undo knows nothing of suggestions, marks and Telex: it is ours alone, typing included.
  undo() {
    const columns = this.values.undo();
    if (!columns.length) return;
    for (const column of columns) { const row = this.rowOf(column); row.typing = null; row.wrong = ""; row.dirty = true; row.draw(this.standard); }
    const row = this.rowOf(columns[0]);
    row.input.focus({ preventScroll: true }); row.input.select(); this.checkSoon();
  }

  restore() {
    const { row, before } = this;
    const same = ["text", "state", "normalized"].every((what) => row.value[what] === before[what]);
    if (same && !row.typing) return; // nothing was changed here: nothing to take back
    this.change(row, { ...before }); row.value.changed = before.changed;
  }

  // Enter: the field is right as it stands. Empty means that the book has nothing there: a decision, not a gap, unless
  // a rule gave the standard value without any ink ("on time" where no stamp says otherwise).
  accept() {
    const row = this.row, value = row.value;
    value.text = value.text.normalize("NFC").trim();
    row.wrong = this.impossible(row);
    if (row.wrong) { this.settle(row); row.draw(this.standard); row.input.select(); return; }
    if (!value.text && !value.normalized && value.state === "written") value.state = "blank";
    for (const other of this.along(row).filter((r) => this.inSight(r))) { other.value.seen = true; other.draw(this.standard); }
    value.seen = true; this.changed();
    this.settle(row); row.draw(this.standard); this.values.keepDraft();
    const index = this.rows.indexOf(row);
    const next = this.all ? this.rows[index + 1] : this.nextDoubtful(index);
    if (next) next.input.focus({ preventScroll: true });
    else { this.effort.at(this.entry, row.field.column); this.confirmButton.focus(); }
  }

  // What cannot be true whatever the other fields say: Enter stays there, and the reason stands at the field.
  impossible(row) {
    const { value, field, finding } = row;
    if (value.state !== "written" || !value.text) return "";
    if (field.kind === "date" && !value.override && noDate(value.text)) return `«${value.text}» không phải là một ngày có thật.`;
    const own = finding && finding.severity === "error" && finding.columns.length === 1 && finding.text === value.text;
    return own ? finding.message : "";
  }

  back() {
    const index = this.rows.indexOf(this.row);
    const earlier = this.rows.slice(0, index < 0 ? this.rows.length : index).reverse();
    const target = this.all ? earlier[0] : earlier.find((r) => r.doubtful || r.value.changed) || earlier[0];
    if (target) target.input.focus({ preventScroll: true });
  }

  nextDoubtful(index) {
    const open = (r) => (r.doubtful || r.failing) && (!r.value.seen || this.impossible(r));
    return this.rows.slice(index + 1).find(open) || this.rows.slice(0, Math.max(0, index)).find(open) || null;
  }

  // Doubtful fields that nobody has looked at yet.
  unseen() { return this.rows.filter((r) => r.doubtful && !r.value.seen && !r.value.changed); }

  get errors() { return this.found.filter((finding) => finding.severity === "error"); }

  fold() {
    const only = this.mode === "doubtful" && !this.all;
    for (const row of this.rows) row.node.classList.toggle("folded", only && !row.doubtful && !row.finding);
    const sure = this.rows.filter((r) => !r.doubtful).length;
    const known = this.entry && !this.entry.page_image ? "điền sẵn theo sổ" : "máy đọc chắc";
    this.counts.textContent = `${this.rows.length - sure} ô cần xem, ${sure} ô ${known}`;
  }

  toggleAll() { this.all = !this.all; this.fold(); this.toRow(); if (this.row) this.markAlong(this.row); return this.all; }

  toggleStandard() {
    this.standard = !this.standard;
    for (const row of this.rows) row.draw(this.standard);
    this.toRow();
    if (this.row) this.row.input.select();
    if (this.standard && this.values && Object.values(this.values.by).some((v) => v.normalized === null)) this.checkNow();
    return this.standard;
  }

  // ---- remarks of the checks

  checkSoon() { this.stale = true; const entry = this.entry; this.live.checkSoon(entry, this.values, () => this.entry === entry, (found) => this.showFindings(found)); }

  // Until the checks have answered for the values as they stand; at once when nothing was changed since.
  async checked() {
    this.finish();
    if (!this.stale) return;
    const entry = this.entry;
    await Promise.race([this.live.check(entry, this.values, () => this.entry === entry, (found) => this.showFindings(found)),
      new Promise((done) => setTimeout(done, CHECK_MS))]);
  }

  checkNow() { const entry = this.entry; this.live.check(entry, this.values, () => this.entry === entry, (found) => this.showFindings(found)); }

  // Every remark stands at its fields; above them there is one line, which leads from one remark to the next.
  showFindings(findings) {
    this.found = findings; this.stale = false;
    for (const row of this.rows) { row.finding = null; row.remarks = []; }
    for (const finding of findings) {
      const rows = this.rows.filter((r) => finding.columns.includes(r.field.column));
      for (const row of rows) { row.remarks.push(finding); if (!row.finding || finding.severity === "error") row.finding = finding; }
      if (rows.length === 1) finding.text = rows[0].value.text; // the very value it was said of
    }
    this.line.show(findings, (finding) => this.rows.find((r) => finding.columns.includes(r.field.column)));
    for (const row of this.rows) row.draw(this.standard);
    this.changed();
    if (this.row) this.markAlong(this.row);
  }
}
