// What the form tells: a notice above the fields, how the saving goes, and how much is left.

// The remarks on the entry on one line: how many of each kind, and one of them, which leads to its field.
class RemarkLine {
  constructor(box, signal) {
    this.box = box; this.list = []; this.place = 0;
    box.addEventListener("click", () => this.next(), { signal });
  }

  // `fieldOf(finding)` is the row it is about, if any.
  show(findings, fieldOf) {
    const grave = (f) => (f.severity === "error" ? 0 : 1);
    this.list = [...findings].sort((a, b) => grave(a) - grave(b)); this.fieldOf = fieldOf; this.place = 0;
    this.draw();
  }

  draw() {
    const finding = this.list[this.place];
    this.box.hidden = !finding;
    if (!finding) { this.box.replaceChildren(); return; }
    const line = make("button", "rv-finding " + finding.severity); line.type = "button";
    line.append(make("b", "", finding.severity === "error" ? "✖" : "⚠"), make("span", "", finding.message));
    if (this.list.length > 1) line.append(make("small", "", `${this.place + 1}/${this.list.length} ›`));
    line.title = [finding.message, finding.source].filter(Boolean).join(" · ");
    this.box.replaceChildren(line);
  }

  // To the field of the remark on the line; the line then has the next one.
  next() {
    const row = this.fieldOf && this.fieldOf(this.list[this.place]);
    this.place = (this.place + 1) % this.list.length;
    this.draw();
    if (row) row.input.focus({ preventScroll: true });
  }
}

class Messages {
  // `stuck` leads back to a decision that the server has refused.
  constructor(root, stuck) {
    this.stuck = stuck;
    this.box = root.querySelector(".rv-notice"); this.line = root.querySelector(".rv-line");
    this.progress = root.querySelector(".rv-progress");
  }

  // `kind` is "stop" for what must be dealt with; a button may offer to.
  notice(text, kind = "", button = "", act = null) {
    this.signInAsked = false; this.holds = null;
    this.box.hidden = false; this.box.dataset.kind = kind; this.box.replaceChildren(make("span", "", text));
    if (button) { const b = make("button", "", button); b.type = "button"; b.addEventListener("click", act); this.box.append(b); }
    const close = make("button", "", "✕"); close.type = "button"; close.setAttribute("aria-label", "Đóng thông báo");
    close.addEventListener("click", () => this.hide());
    this.box.append(close);
  }

  // A notice that is true only as long as `holds` says so; it goes by itself, at the next look.
  noticeWhile(holds, text) { this.notice(text); this.holds = holds; }

  look() { if (this.holds && !this.holds()) this.hide(); }

  get stopped() { return !this.box.hidden && this.box.dataset.kind === "stop"; }

  hide() { this.box.hidden = true; this.holds = null; }

  // How the outbox stands.
  saving(state, items, trouble) {
    const waiting = items.filter((o) => !o.refused).length, stuck = items.length - waiting;
    this.line.dataset.state = state === "ok" && !stuck ? "ok" : state === "signin" || stuck ? "stop" : "wait";
    this.line.textContent = state === "signin" ? `Hết phiên làm việc: ${waiting} trường hợp giữ trong máy này` :
      state === "offline" ? (trouble || "Mất kết nối, đang thử lại") + (waiting ? `: ${waiting} trường hợp giữ trong máy này` : "") :
      stuck ? `${stuck} trường hợp chưa lưu được` : waiting ? `Đang lưu ${waiting} trường hợp` : "Đã lưu hết";
    if (stuck && this.stuck) { const b = make("button", "", "Xem lại"); b.type = "button"; b.addEventListener("click", this.stuck); this.line.append(" ", b); }
    if (state === "ok" && this.signInAsked) { this.signInAsked = false; this.hide(); }
    if (state === "signin") this.notice("Phiên làm việc đã hết hạn. Việc đã xác nhận vẫn được giữ trong trình duyệt này; hãy đăng nhập lại để lưu tiếp.",
      "stop", "Đăng nhập lại", () => window.location.reload());
    if (state === "signin") this.signInAsked = true;
  }

  left(count) { this.progress.textContent = count === null || count === undefined ? "" : `còn ${count.toLocaleString("vi-VN")} trường hợp`; }
}
