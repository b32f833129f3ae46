// What was confirmed and still waits in this browser is sent from whatever screen is open, as soon as its owner has signed in
// here again: a tab that was closed, or a line that dropped, leaves work behind that nobody should have to go and look for.

const LOOK_MS = 5000;
const JUST_NOW_MS = 3000;
const EARLY = 5;
const QUIET_MS = 1500;
const TOLD_MS = 8000;
const PUT_AWAY = "sohotich.others.seen";

class Courier {
  // `account` is "" before anybody has signed in.
  constructor(account) {
    this.account = account; this.began = 0; this.sent = 0; this.kept = ""; this.early = 0;
    this.box = document.createElement("div"); this.box.className = "waiting-work"; this.box.hidden = true;
    this.box.setAttribute("role", "status"); this.box.setAttribute("aria-label", "Việc còn giữ trong máy này");
    document.body.append(this.box);
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.outbox = new Outbox(account, "", { onChange: (state) => this.changed(state), onSaved: (item, answer) => this.delivered(item, answer),
      onRefused: (item, why) => { if (item.path !== SHOWN && !item.body.entry) this.keep(toldOfCells(item, why.message)); } });
    this.look();
  }

  close() { clearInterval(this.timer); this.outbox.close(); this.box.remove(); }

  // The review form sends and tells by itself.
  get away() { return Boolean(SEAT.held); }

  // What another tab has only just put there is sent by that one.
  look() {
    const { next } = this.outbox;
    if (!next) this.began = 0;
    else if (!this.away && this.account && Math.abs(Date.now() - next.at) > JUST_NOW_MS) {
      this.began = this.began || Date.now();
      this.outbox.pump();
    }
    this.show();
  }

  // Straight after signing in the cookie may still be on its way.
  changed(state) {
    if (state === "signin" && this.early < EARLY) { this.early += 1; setTimeout(() => this.look(), 1000); }
    this.show();
  }

  delivered(item, answer) {
    this.sent += 1;
    if (answer.refused) this.keep(toldOfCells(item, cellsLeft(answer)));
    if (!this.outbox.unsent) { this.began = 0; clearTimeout(this.thanks); this.thanks = setTimeout(() => { this.sent = 0; this.show(); }, TOLD_MS); }
    this.show();
  }

  // Told until somebody puts it away.
  keep(text) { this.kept = text; this.show(); }

  show() {
    if (!this.outbox) return; // being made
    const [text, kind, act] = this.away ? [""] : this.said();
    this.box.hidden = !text;
    if (!text || this.box.dataset.text === text) return;
    this.box.dataset.text = text; this.box.dataset.kind = kind;
    this.box.replaceChildren(make("span", "", text), ...(act ? [act] : []));
  }

  // The gravest thing there is to tell: its words, its kind, and what can be done about it.
  said() {
    const { refusal, unsent, state, trouble } = this.outbox;
    const others = toldOfOthers(this.outbox);
    if (refusal && this.account) return [`${refusal.title}: ${refusal.refused.message} Những gì anh chị đã gõ vẫn còn.`, "stop", this.way(refusal)];
    if (this.kept) return [this.kept, "stop", this.closing(() => { this.kept = ""; })];
    if (unsent && state === "signin") return [`Hết phiên làm việc: ${casesSaid(unsent)} giữ trong máy này. Đăng nhập lại để gửi.`, "stop", this.again()];
    if (unsent && state === "offline") return [`${trouble || "Mất kết nối, đang thử lại"}: ${casesSaid(unsent)} giữ trong máy này.`, "wait"];
    if (unsent && this.began && Date.now() - this.began > QUIET_MS) return [`Đang gửi ${casesSaid(unsent)} còn giữ trong máy này.`, "wait"];
    if (this.sent && !unsent) return [`Đã gửi xong ${casesSaid(this.sent)} còn giữ trong máy này.`, "good"];
    if (others && sessionStorage.getItem(PUT_AWAY) !== others) return [others, "wait", this.closing(() => sessionStorage.setItem(PUT_AWAY, others))];
    return [""];
  }

  // To the entry that the server has refused, in the screen of the decision.
  way(item) {
    const link = make("a", "", "Xem lại"), supervised = ["approve", "send_back", "reopen"].includes(item.body.decision);
    link.href = new URL(`${supervised ? "queue" : "review"}?entry=${item.body.entry}`, document.baseURI).href;
    return link;
  }

  // To the sign-in of this screen: the page asks who is here when it is loaded.
  again() {
    const link = make("a", "", "Đăng nhập lại");
    link.href = window.location.href;
    return link;
  }

  closing(put) {
    const button = make("button", "", "✕"); button.type = "button"; button.setAttribute("aria-label", "Đóng thông báo");
    button.addEventListener("click", () => { put(); this.show(); });
    return button;
  }
}

// One a page, for whoever is signed in now; another one takes its place when that changes.
function sendWaiting(account) {
  const held = window.sohotichCourier;
  if (held && held.account === account) { held.look(); return; }
  if (held) held.close();
  window.sohotichCourier = new Courier(account);
}
