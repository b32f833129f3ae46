// Template editor: value spaces drawn on a page, by mouse or by keyboard; the server turns them into a template and
// has the last word on overlaps. Coordinates are fractions of the straightened page.

const STEP = 0.001;
const SMALLEST = 0.006;
// A box added by keyboard: about the size of a value, moved into place with the arrow keys.
const NEW_BOX = [0.3, 0.016];

class TemplateEditor {
  constructor(root, component) {
    this.root = root; this.component = component; this.boxes = component.data.boxes.map((b) => ({ ...b }));
    this.$ = (selector) => root.querySelector(selector);
    this.page = this.$(".te-page"); this.chosen = null;
    this.page.querySelector("img").src = component.data.page_image;
    const select = this.$(".te-column");
    select.replaceChildren(...component.data.columns.map((c) => { const o = document.createElement("option"); o.value = c.name; o.textContent = c.label; return o; }));
    select.addEventListener("change", () => this.update({ column: select.value }));
    const label = this.$(".te-label");
    label.addEventListener("input", () => this.update({ label: label.value.normalize("NFC") }, false));
    label.addEventListener("change", () => this.send());
    this.$(".te-delete").addEventListener("click", () => this.remove());
    this.$(".te-add").addEventListener("click", () => this.add());
    for (const kind of ["keydown", "keypress", "keyup"]) root.addEventListener(kind, (e) => { e.stopPropagation(); if (kind === "keydown") this.key(e); });
    this.page.addEventListener("pointerdown", (e) => this.press(e));
    this.draw();
  }

  // Position of a pointer as fractions of the page.
  at(event) {
    const r = this.page.getBoundingClientRect();
    return [Math.min(1, Math.max(0, (event.clientX - r.left) / r.width)), Math.min(1, Math.max(0, (event.clientY - r.top) / r.height))];
  }

  press(event) {
    const node = event.target.closest(".te-box"), [x, y] = this.at(event);
    event.preventDefault();
    let box = node && this.boxes.find((b) => b.id === node.dataset.id), how = event.target.tagName === "I" ? "size" : "move";
    if (box) this.choose(box); else how = "draw";
    const start = box ? [...box.box] : [x, y, x, y];
    const move = (e) => {
      const [nx, ny] = this.at(e);
      if (!box) {
        // A click without a drag is no box: it picks a printed word as label.
        if (Math.abs(nx - x) < SMALLEST || Math.abs(ny - y) < SMALLEST / 2) return;
        box = this.newBox([...start]); this.choose(box);
      }
      if (how === "move") {
        const dx = Math.min(1 - start[2], Math.max(-start[0], nx - x)), dy = Math.min(1 - start[3], Math.max(-start[1], ny - y));
        box.box = [start[0] + dx, start[1] + dy, start[2] + dx, start[3] + dy];
      } else if (how === "size") box.box = [start[0], start[1], Math.max(start[0] + SMALLEST, nx), Math.max(start[1] + SMALLEST, ny)];
      else box.box = [Math.min(x, nx), Math.min(y, ny), Math.max(x, nx), Math.max(y, ny)];
      this.draw();
    };
    const up = () => {
      window.removeEventListener("pointermove", move);
      if (!box) return;
      if (box.box[2] - box.box[0] < SMALLEST || box.box[3] - box.box[1] < SMALLEST) this.boxes = this.boxes.filter((b) => b !== box);
      else if (how === "draw") this.labelFromPage(box);
      this.draw(); this.focus(box); this.send();
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up, { once: true });
  }

  newBox(place) {
    const box = { id: "b" + Date.now().toString(36) + this.boxes.length, column: this.freeColumn(), label: "", box: place };
    this.boxes.push(box);
    return box;
  }

  // A box by keyboard alone: below the chosen one, else at the top of the page.
  add() {
    const [l, , , b] = this.chosen ? this.chosen.box : [0.1, 0, 0, 0.04], [w, h] = NEW_BOX;
    const left = Math.min(l, 1 - w), top = Math.min(b + h / 2, 1 - h);
    const box = this.newBox([left, top, left + w, top + h]);
    this.choose(box); this.focus(box); this.send();
  }

  // The chosen box takes the keyboard, so that arrows move what was just drawn or pressed.
  focus(box) {
    const node = this.page.querySelector(`.te-box[data-id="${CSS.escape(box.id)}"]`);
    if (node) node.focus({ preventScroll: true });
  }

  // Printed words that end right before a box just drawn are its label.
  labelFromPage(box) {
    const [l, t, , b] = box.box;
    const before = (this.component.data.words || []).filter((w) => {
      const middle = (w.box[1] + w.box[3]) / 2;
      return middle > t - 0.004 && middle < b && w.box[2] <= l + 0.01 && w.box[2] > l - 0.12;
    });
    const nearest = before.sort((one, other) => other.box[2] - one.box[2])[0];
    if (!nearest || box.label) return;
    Object.assign(box, { label: nearest.text.normalize("NFC"), label_box: nearest.box });
    this.$(".te-label").value = box.label;
  }

  // The first column no box feeds yet.
  freeColumn() {
    const used = new Set(this.boxes.map((b) => b.column)), free = this.component.data.columns.find((c) => !used.has(c.name));
    return (free || this.component.data.columns[0]).name;
  }

  key(event) {
    if (!this.chosen || !event.target.classList.contains("te-box")) return;
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.key === "Delete") { event.preventDefault(); this.remove(); }
    if (!move) return;
    event.preventDefault();
    const by = STEP * (event.ctrlKey ? 10 : 1), [l, t, r, b] = this.chosen.box, [dx, dy] = [move[0] * by, move[1] * by];
    const next = event.shiftKey ? [l, t, Math.max(l + SMALLEST, r + dx), Math.max(t + SMALLEST, b + dy)] : [l + dx, t + dy, r + dx, b + dy];
    if (Math.min(...next) < 0 || Math.max(...next) > 1) return;
    this.chosen.box = next; this.draw(); this.send();
  }

  choose(box) {
    this.chosen = box; this.$(".te-column").value = box.column; this.$(".te-label").value = box.label; this.draw();
  }

  update(changes, send = true) { if (this.chosen) { Object.assign(this.chosen, changes); this.draw(); if (send) this.send(); } }

  remove() { this.boxes = this.boxes.filter((b) => b !== this.chosen); this.chosen = null; this.draw(); this.send(); }

  // Names of boxes that lie over another by more than a hair.
  overlaps() {
    const found = new Set();
    for (const a of this.boxes) for (const b of this.boxes) {
      if (a === b || !this.crossing(a.box, b.box)) continue;
      found.add(a.id);
    }
    return found;
  }

  crossing(a, b) {
    const w = Math.min(a[2], b[2]) - Math.max(a[0], b[0]), h = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
    const least = Math.min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]));
    return w > 0 && h > 0 && w * h > 0.05 * least;
  }

  draw() {
    const names = new Map(this.component.data.columns.map((c) => [c.name, c.label])), bad = this.overlaps();
    for (const node of this.page.querySelectorAll(".te-word")) node.remove();
    for (const word of this.component.data.words || []) {
      const node = document.createElement("button");
      node.type = "button"; node.className = "te-word"; node.title = word.text; node.setAttribute("aria-label", "Chữ in: " + word.text);
      this.put(node, word.box); node.addEventListener("click", () => this.update({ label: word.text, label_box: word.box }));
      node.addEventListener("click", () => { if (this.chosen) this.$(".te-label").value = this.chosen.label; });
      this.page.append(node);
    }
    const old = new Map(Array.from(this.page.querySelectorAll(".te-box"), (n) => [n.dataset.id, n]));
    for (const box of this.boxes) {
      let node = old.get(box.id);
      if (!node) {
        node = document.createElement("div"); node.className = "te-box"; node.dataset.id = box.id; node.tabIndex = 0; node.setAttribute("role", "button");
        node.append(document.createElement("span"), document.createElement("i"));
        node.addEventListener("focus", () => { if (this.chosen !== box) this.choose(box); });
        this.page.append(node);
      }
      old.delete(box.id);
      const name = names.get(box.column) || box.column;
      node.querySelector("span").textContent = name; node.setAttribute("aria-label", "Ô " + name);
      node.classList.toggle("bad", bad.has(box.id)); this.put(node, box.box);
    }
    for (const node of old.values()) node.remove();
    const named = this.boxes.filter((b) => bad.has(b.id)).map((b) => names.get(b.column) || b.column);
    this.$(".te-status").textContent = named.length ? "Ô chồng nhau: " + named.join("; ") : `${this.boxes.length} ô`;
    this.$(".te-status").style.color = named.length ? "" : "#1b6e3c";
  }

  put(node, [l, t, r, b]) {
    Object.assign(node.style, { left: l * 100 + "%", top: t * 100 + "%", width: (r - l) * 100 + "%", height: (b - t) * 100 + "%" });
  }

  send() { this.component.setStateValue("boxes", this.boxes.map((b) => ({ ...b }))); }
}

const EDITORS = new WeakMap();

export default function (component) {
  const root = component.parentElement.querySelector(".te"), key = component.data.key, old = EDITORS.get(root);
  if (old && old.key === key) { old.editor.component = component; return; }
  EDITORS.set(root, { key, editor: new TemplateEditor(root, component) });
}
