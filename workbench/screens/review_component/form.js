// The review form: goes through the entries by key and hands every confirmation to the outbox, so that nobody waits for
// the server. What it is made of stands beside it: the queue, the fields of an entry, effort, dialogs, messages.

class ReviewForm {
  // `before` is the form of the same work whose place this one takes.
  constructor(root, data, before) {
    this.root = root; this.data = data; this.values = before ? before.values : new Map();
    this.life = new AbortController(); // every listener dies with it
    this.shown = null; // the entry whose page and fields stand on the screen, and in which turn
    this.barred = null; // the entry on which nothing can be decided now, and how that is told
    this.$ = (selector) => root.querySelector(selector);
    this.effort = before ? before.effort : new EffortMeter(); this.messages = new Messages(root, () => this.openRefused(this.outbox.refusal));
    this.fields = new FieldList(root, data.mode, this.effort, { notice: (text) => this.tell(text), changed: () => this.messages.look(),
      keyOf: (action) => this.sheet.keys[action] }, this.life.signal);
    this.sheet = new KeySheet(root, data.account, { changed: () => this.labelKeys(), closed: () => this.fields.toRow() }, this.life.signal);
    callServer.account = data.account;
    this.outbox = new Outbox(data.account, SEAT.screen, {
      onChange: (state, items) => { this.messages.saving(state, items, this.outbox && this.outbox.trouble); this.freeBehind(); },
      onSaved: (item, answer) => this.saved(item, answer), onRefused: (item, why) => this.refused(item, why) });
    this.queue = new EntryQueue(data, this.outbox, { came: () => this.arrived(),
      trouble: (error) => this.messages.notice(error.message, "stop"),
      offline: () => this.messages.saving("offline", this.outbox.saves(), "") });
    this.listen(); this.labelKeys();
    this.dialogs = keepDialogsAway(() => this.refocus(), () => leaveWhenGone(root));
    this.outbox.pump(); this.reportOthers();
    if (before) this.queue.takeOver(before.queue); else this.queue.begin();
  }

  // Nothing of this form hears a key or touches the page any more; what waits in the outbox is still sent.
  close() {
    this.life.abort(); this.hide();
    this.dialogs.disconnect(); this.outbox.close(); this.fields.close(); this.queue.close();
    for (const dialog of this.root.querySelectorAll("dialog[open]")) { dialog.onclose = null; dialog.close(); }
    this.root.dataset.entry = ""; this.$(".rv-title").textContent = "";
  }

  giveBack(forGood) { this.queue.giveBack(forGood); }

  freeBehind() {
    if (this.queue && !this.outbox.next) this.queue.giveBackBehind((entry) => this.valuesOf(entry).open);
  }

  get entry() { return this.queue.now; }

  get supervising() { return this.data.mode === "supervise"; }

  // Entries that are final are opened again with a reason before anything in them can change.
  get closed() { return this.supervising && Boolean(this.entry) && ["approved", "set_aside"].includes(this.entry.state); }

  // ---- entries

  valuesOf(entry) {
    if (!this.values.has(entry.id)) this.values.set(entry.id, new EntryValues(this.data.account, entry));
    return this.values.get(entry.id);
  }

  arrived() {
    this.messages.left(this.queue.remaining);
    if (this.entry && this.entry !== this.fields.entry) this.showEntry();
    else if (this.queue.ended) this.showEmpty();
  }

  showEntry() {
    const entry = this.entry;
    this.hide();
    if (!entry) { this.fields.clear(); if (this.queue.ended) this.showEmpty(); else this.queue.more(); return; }
    const before = this.queue.before;
    this.asked = false; this.warned = []; this.messages.look();
    this.$(".rv-title").textContent = entry.title; this.root.dataset.entry = String(entry.id); this.$(".rv-empty").hidden = true; this.root.classList.remove("rv-idle");
    this.fields.show(entry, this.valuesOf(entry), (column) => (before ? (this.valuesOf(before).get(column) || {}).text : ""));
    this.labelKeys(); this.messages.left(this.queue.remaining);
    this.reveal(entry);
    if (entry.reason) this.messages.noticeWhile(() => this.isOn(entry), (entry.state === "sent_back" ? "Người kiểm tra trả lại: " : "Lý do chuyển lên: ") + entry.reason);
    this.queue.askAhead();
  }

  // The entry counts as shown once its page is: the server is told, and takes decisions on what was shown only.
  async reveal(entry) {
    const here = () => this.entry === entry && this.fields.entry === entry && !this.life.signal.aborted;
    const seen = await this.fields.pageShown();
    if (!here() || (this.shown && this.shown.entry === entry)) return;
    if (!seen) {
      this.bar(entry, () => this.messages.notice("Chưa mở được ảnh trang của trường hợp này, nên chưa xác nhận được.", "stop", "Mở lại ảnh",
        () => { this.messages.hide(); this.barred = null; if (here()) { this.fields.openPage(); this.reveal(entry); } }));
      return;
    }
    this.shown = { entry, ...nextTurn() };
    this.root.dataset.shown = String(entry.id); this.messages.look();
    this.outbox.tellShown(this.shown);
  }

  // Told now, and again whenever somebody tries to decide.
  bar(entry, tell) { this.barred = { entry, tell }; tell(); }

  showEmpty() {
    this.hide(); this.fields.clear(); this.root.dataset.entry = ""; this.messages.look();
    const note = this.$(".rv-empty"); note.hidden = false;
    this.freeBehind();
    const later = this.queue.later.length, put = later ? `Còn ${later} trường hợp anh chị để sau. ` : "";
    const { elsewhere } = this.queue; // the next thing to do stands first
    const again = make("button", elsewhere && !later ? "" : "rv-main", later ? "Làm các trường hợp để sau" : "Tìm lại"); again.type = "button";
    again.addEventListener("click", () => this.again());
    const { refusal } = this.outbox, back = make("button", "rv-main", "Xem lại trường hợp chưa lưu được"); back.type = "button";
    back.addEventListener("click", () => this.openRefused(refusal));
    // What the server said before the last save reached it is out of date; it is asked again once all is saved.
    const why = put || (this.outbox.unsent ? "" : this.queue.why || (this.data.single ? "Trường hợp này đã xong." : ""));
    const then = later ? "" : this.data.book ? "Chọn sổ khác ở phía trên, hoặc bấm «Tìm lại» sau ít phút." :
      "Mở «Việc của tôi» để làm việc khác, hoặc bấm «Tìm lại» sau ít phút.";
    const home = make("a", "rv-home", "Về «Việc của tôi»"); home.href = "home"; home.target = "_self";
    const away = make("a", "rv-away", elsewhere ? `Làm tiếp ${elsewhere.title}` : "");
    if (elsewhere) { away.href = `?book=${elsewhere.book}`; away.target = "_self"; }
    const ways = !elsewhere ? (later ? [again] : [again, " ", home]) : later ? [again, " ", away] : [away, " ", again];
    note.replaceChildren(...(refusal ? [`${refusal.title}: ${refusal.refused.message}`, make("br"), back] : [why, make("br"), then, make("br"), ...ways]));
    this.root.classList.add("rv-idle"); this.$(".rv-title").textContent = "Đã hết trường hợp"; this.messages.left(this.queue.remaining);
    if (later) again.focus({ preventScroll: true });
  }

  // What was put off comes again, as it stands then; its drafts are kept.
  again() {
    if (this.data.single) { const [entry] = this.queue.later; if (entry && this.queue.goTo(entry)) this.showEntry(); return; }
    for (const entry of this.queue.again()) this.values.delete(entry.id);
  }

  next() {
    for (const old of this.queue.step()) this.values.delete(old.id);
    this.showEntry();
  }

  // An entry saved a moment ago is opened again; one that left this person's hands is first taken back from the queue.
  async openAgain(entry) {
    const away = entry.saved && ["escalated", "set_aside", "approved", "sent_back"].includes(entry.state);
    if (away && !this.outbox.waits(entry.id)) {
      try {
        const answer = await callServer("/api/review/undo", { entry: entry.id, revision: entry.revision, token: newToken() });
        entry.revision = answer.revision; entry.state = answer.state; entry.reason = "";
        this.queue.undone(entry); this.valuesOf(entry).keepDraft();
      } catch (error) { this.messages.notice(error.message, "stop"); return; }
    }
    if (this.queue.goTo(entry)) { this.messages.hide(); this.showEntry(); }
  }

  previousEntry() {
    if (this.queue.before) this.openAgain(this.queue.before);
    else this.tell("Đây là trường hợp đầu của lượt làm này.");
  }

  nextEntry() {
    if (this.queue.at < this.queue.list.length - 1 || !this.queue.exhausted || this.queue.later.length) this.next();
    else this.tell("Không còn trường hợp nào phía sau.");
  }

  // ---- saving

  confirm() {
    if (!this.isShown()) return;
    const { entry } = this;
    if (this.closed) {
      this.ask("reopen", { title: "Mở lại trường hợp", label: "Vì sao?", chips: ["Phần mềm nhập trả lại", "Phát hiện sai sau khi duyệt"] });
      return;
    }
    const open = this.fields.unseen();
    if (open.length && !this.asked) {
      this.asked = true;
      open[0].input.focus({ preventScroll: true });
      this.messages.noticeWhile(() => this.isOn(entry) && this.fields.unseen().length > 0, `Còn ${open.length} ô cần xem chưa xem tới. Xem tiếp, hoặc bấm ${this.sheet.keys.confirm} lần nữa để nhận cả.`);
      return;
    }
    if (this.supervising || this.entry.asks_reason) this.approve(); else this.confirmed();
  }

  // A clerk's confirmation over an error goes to the supervisor: said once, done when pressed again.
  // An error that was put right a moment ago is asked for anew; without any nobody waits.
  async confirmed() {
    const { entry } = this;
    if (this.fields.errors.length) await this.fields.checked();
    if (this.entry !== entry || !this.isShown()) return;
    const { errors } = this.fields;
    if (errors.some((f) => !this.warned.includes(f.message))) {
      this.warned = errors.map((f) => f.message);
      this.notice(errors, `Bấm ${this.sheet.keys.confirm} lần nữa để chuyển cho người kiểm tra.`);
      return;
    }
    this.save("confirm", "");
  }

  // Nobody approves over an error by a single key: why is asked for, kept in the log, and goes with the export.
  async approve() {
    const { entry } = this;
    await this.fields.checked();
    if (this.entry !== entry || !this.isShown()) return;
    const { errors } = this.fields;
    const decision = this.supervising ? "approve" : "confirm";
    if (!errors.length) { this.save(decision, ""); return; }
    this.notice(errors, "");
    this.ask(decision, { title: "Duyệt dù còn lỗi", label: errors.map((f) => f.message).join(" ") + " Vì sao vẫn duyệt?",
      chips: ["Sổ ghi đúng như vậy", "Đã đối chiếu giấy tờ gốc"] });
  }

  notice(errors, then) {
    const row = this.fields.rows.find((r) => errors[0].columns.includes(r.field.column));
    if (row) row.input.focus({ preventScroll: true });
    const { entry } = this, stands = (f) => this.fields.errors.some((now) => now.message === f.message);
    this.messages.noticeWhile(() => this.isOn(entry) && errors.every(stands), [errors[0].message, errors.length > 1 ? `Còn ${errors.length - 1} lỗi khác.` : "", then].filter(Boolean).join(" "));
  }

  askSupervisor() {
    if (this.supervising) this.ask("send_back", { title: "Trả lại cho người nhập", label: "Cần sửa gì?", chips: ["Xem lại ngày", "Gõ thiếu dấu", "Chữ trong sổ khác"] });
    else this.ask("escalate", { title: "Hỏi người kiểm tra", label: "Chưa rõ chỗ nào?",
      chips: ["Chữ khó đọc", "Hai chỗ trong sổ mâu thuẫn", "Trường hợp bị sửa chồng"] });
  }

  // A true but odd value: the supervisor approves it with this reason, and it keeps no book from being delivered.
  asWritten() {
    const text = `Sổ ghi đúng như vậy: ${this.fields.row.field.label.toLowerCase()} «${this.fields.row.value.text}»`;
    this.ask(this.supervising ? "approve" : "escalate", { title: "Sổ ghi đúng như vậy", text, chips: [],
      label: this.supervising ? "Lý do duyệt, đi cùng tệp xuất" : "Người kiểm tra sẽ xem và duyệt. Ghi thêm nếu cần" });
  }

  setAside() {
    this.ask("set_aside", { title: "Không phải một trường hợp đăng ký", label: "Vì sao?",
      chips: ["Trang trống", "Trường hợp bị hủy", "Trang bị rách", "Bìa hoặc trang khóa sổ"] });
  }

  ask(decision, words) { if (this.isShown()) askReason(this.root, words, (reason) => this.save(decision, reason), () => this.fields.toRow()); }

  hide() { this.shown = this.barred = null; this.root.dataset.shown = ""; }

  isShown() {
    if (this.shown && this.shown.entry === this.entry) return true;
    if (this.barred && this.barred.entry === this.entry) this.barred.tell();
    else if (this.entry && !this.messages.stopped) {
      const { entry } = this;
      this.messages.noticeWhile(() => this.isOn(entry) && !this.shown, "Ảnh trang đang mở. Xem ảnh rồi hãy xác nhận.");
    }
    return false;
  }

  isOn(entry) { return Boolean(entry) && this.entry === entry; }

  // About the field in focus; it goes when another one is.
  tell(text) { const { row } = this.fields; this.messages.noticeWhile(() => this.fields.row === row, text); }

  save(decision, reason) {
    if (!this.isShown()) return;
    const { entry, screen, turn } = this.shown;
    this.fields.finish();
    const values = this.valuesOf(entry);
    this.outbox.add("/api/review/save", { entry: entry.id, revision: entry.revision, token: newToken(), decision, reason, screen, turn,
      fields: decision === "reopen" ? [] : values.toSend(), effort: this.effort.taken(entry, values) }, entry.title);
    values.dropDraft(); this.messages.hide();
    if (decision === "reopen") { entry.state = "confirmed"; this.showEntry(); return; } // to be put right here and now
    this.queue.done(entry); this.next();
  }

  saved(item, answer) {
    if (answer.refused) { this.messages.notice(toldOfCells(item, cellsLeft(answer))); return; }
    const entry = this.queue.find(item.body.entry);
    if (entry) { entry.revision = answer.revision; entry.state = answer.state; }
    if (this.queue.ended && !this.data.single && !this.outbox.unsent && !this.queue.later.length) this.again();
    const errors = (answer.findings || []).filter((f) => f.severity === "error");
    if (errors.length && entry && entry !== this.entry && !this.supervising) {
      this.messages.notice(`${entry.title}: ${errors[0].message} Trường hợp đã lưu và chuyển cho người kiểm tra.`, "", "Xem lại", () => this.openAgain(entry));
    }
  }

  // Refused: somebody else saved this entry meanwhile, or it may not be changed. The typed values are kept and shown.
  refused(item, why) {
    if (item.path === SHOWN) { this.notHeld(item, why); return; }
    if (!item.body.entry) { this.messages.notice(toldOfCells(item, why.message), "stop"); return; }
    const elsewhere = item.title && item.body.entry !== (this.entry && this.entry.id); // another one stands on the screen
    this.messages.notice((elsewhere ? `${item.title}: ` : "") + why.message, "stop", "Mở lại trường hợp", () => this.openRefused(item));
  }

  async openRefused(item) {
    try {
      const fresh = await this.queue.fresh(item.body.entry);
      fresh.asks_reason = item.refused.code === "reason_missing";
      this.values.set(fresh.id, EntryValues.onto(this.data.account, fresh, item.body.fields));
      this.outbox.drop(item.token); this.outbox.pump();
      this.queue.insert(fresh); this.messages.hide(); this.showEntry();
    } catch (error) { this.messages.notice(error.message, "stop"); }
  }

  // Somebody else has the entry that came onto the screen: nothing can be decided on it here.
  notHeld(item, why) {
    if (!this.shown || this.shown.turn !== item.body.turn || this.shown.screen !== item.body.screen) return;
    this.hide();
    this.bar(this.entry, () => this.messages.notice(why.message, "stop", "Sang trường hợp khác",
      () => { this.messages.hide(); this.queue.lose([item.body.entry]); this.showEntry(); }));
  }

  // Work of another account left in this browser is never sent under this one's name.
  reportOthers() {
    const others = toldOfOthers(this.outbox);
    if (others) this.messages.notice(others);
    for (const item of this.outbox.saves()) if (item.refused) this.refused(item, item.refused);
  }

  // ---- keyboard and mouse

  // Back to where the person was, unless the focus is in the form already.
  refocus() {
    if (this.root.getRootNode().activeElement || !this.fields.row) return;
    const done = this.fields.row.value.seen && !this.fields.nextDoubtful(this.fields.rows.indexOf(this.fields.row));
    if (done) this.$('[data-act="confirm"]').focus({ preventScroll: true }); else this.fields.toRow();
  }

  labelKeys() {
    const names = { confirm: this.closed ? "Mở lại" : this.supervising ? "Duyệt" : "Xác nhận", previousEntry: "Trường hợp trước", nextEntry: "Để sau",
      ask: this.supervising ? "Trả lại" : "Hỏi người kiểm tra", visitAll: "Đi qua mọi ô", toggleStandard: "Giá trị chuẩn", help: "Phím tắt",
      setAside: "Không phải một trường hợp" };
    for (const [action, text] of Object.entries(names)) {
      this.$(`[data-act="${action}"]`).replaceChildren(text, make("kbd", "", this.sheet.keys[action]));
    }
  }

  listen() {
    const { signal } = this.life;
    this.root.addEventListener("keydown", (event) => this.key(event), { signal });
    // The menu's undo and redo, like the keys, are ours: the browser's own would bring back what it never showed.
    this.root.addEventListener("beforeinput", (event) => {
      if (!["historyUndo", "historyRedo"].includes(event.inputType) || event.target.closest("dialog")) return;
      event.preventDefault();
      if (event.inputType === "historyUndo") this.act("undo");
    }, { signal });
    // The page around us has single-letter shortcuts of its own; typing here must not reach them.
    for (const kind of ["keypress", "keyup"]) this.root.addEventListener(kind, (event) => event.stopPropagation(), { signal });
    this.root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      if (button) this.act(button.dataset.act);
    }, { signal });
    // A click beside the fields takes the focus away; the shortcuts must go on working, as long as the form is on the page.
    document.addEventListener("keydown", (event) => {
      if (!this.root.isConnected) { leaveWhenGone(this.root); return; }
      const focused = document.activeElement, form = this.root.getRootNode().host || this.root;
      if (focused && !(focused !== form && focused.contains(form))) return; // in something else that takes keys
      if (this.root.querySelector("dialog[open]") || !actionOf(event, this.sheet.keys)) return;
      this.refocus(); this.key(event);
    }, { signal });
  }

  key(event) {
    event.stopPropagation();
    this.effort.pressed(event, this.entry, this.fields.row && this.fields.row.field.column);
    if (composing(event) || event.target.closest("dialog")) return;
    const action = actionOf(event, this.sheet.keys);
    if (!action) return;
    // A button in focus keeps its own Enter, except that Enter held down must never confirm entry after entry.
    if (action === "accept" && event.target.tagName === "BUTTON") { if (event.repeat) event.preventDefault(); return; }
    if (event.repeat && !["back", "zoomIn", "zoomOut", "undo"].includes(action)) { event.preventDefault(); return; }
    event.preventDefault();
    this.act(action);
    if (action === "accept" || action === "confirm") this.measure(action, event.timeStamp);
  }

  act(action) {
    const { fields, sheet } = this;
    const free = { help: () => sheet.open(), helpToo: () => sheet.open(), closeHelp: () => sheet.close(), resetKeys: () => sheet.reset(),
      previousEntry: () => this.previousEntry(), nextEntry: () => this.nextEntry(),
      visitAll: () => this.pressed("visitAll", fields.toggleAll()), zoomIn: () => fields.view.zoom(1.25),
      zoomOut: () => fields.view.zoom(0.8), zoomPage: () => fields.view.whole(), turnPage: () => fields.turnPage() };
    if (free[action]) { free[action](); return; }
    if (!this.entry || !fields.row) return;
    const bound = { accept: () => fields.accept(), back: () => fields.back(), confirm: () => this.confirm(), ask: () => this.askSupervisor(),
      setAside: () => this.setAside(), asWritten: () => this.asWritten(), bring: () => fields.bring(), ditto: () => fields.ditto(), swapDayMonth: () => fields.swap(), restore: () => fields.restore(),
      toggleStandard: () => this.pressed("toggleStandard", fields.toggleStandard()), undo: () => fields.undo() };
    if (action in MARKS) fields.mark(action);
    else if (action.startsWith("suggest")) fields.suggest(Number(action.slice(-1)) - 1);
    else if (bound[action]) bound[action]();
  }

  pressed(action, on) { this.$(`[data-act="${action}"]`).setAttribute("aria-pressed", String(on)); }

  // From the key press to the frame that shows the answer; read by the benchmark.
  measure(action, started) {
    requestAnimationFrame(() => setTimeout(() => performance.measure("review-" + action, { start: started, end: performance.now() })));
  }
}

function mountReview(component) {
  const { parentElement, data } = component;
  const root = parentElement.querySelector(".rv");
  const key = JSON.stringify([data.account, data.book, data.mode, data.order, data.entry, data.visit]);
  takeSeat(root, key, (before) => new ReviewForm(root, data, before));
  return () => leaveWhenGone(root);
}
