// Fields to copy into another program, one by one: a key copies the chosen field and goes on to the next.

// Without https or localhost browsers give no clipboard to scripts, but still copy what is selected.
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed"; area.style.opacity = "0";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

class TypingList {
  constructor(root, fields) {
    this.root = root; this.fields = fields; this.place = 0;
    this.list = root.querySelector(".ty-list"); this.status = root.querySelector(".ty-status");
    this.list.replaceChildren(...fields.map((field, place) => this.item(field, place)));
    this.choose(0);
  }

  item(field, place) {
    const item = document.createElement("li");
    item.className = "ty-item"; item.setAttribute("role", "option");
    for (const [name, text] of [["ty-mark", String(place + 1)], ["ty-name", field.label], ["ty-value", field.value]]) {
      const part = document.createElement("span");
      part.className = name; part.textContent = text;
      item.append(part);
    }
    if (field.note) {
      const note = document.createElement("span");
      note.className = "ty-note"; note.textContent = ` (trong sổ ${field.note})`;
      item.lastChild.append(note);
    }
    return item;
  }

  choose(place) {
    this.place = Math.max(0, Math.min(place, this.fields.length - 1));
    [...this.list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === this.place)));
    this.list.children[this.place]?.scrollIntoView({ block: "nearest" });
  }

  async copy() {
    const field = this.fields[this.place], item = this.list.children[this.place];
    if (!field) return;
    if (!await copyText(field.value)) { this.status.textContent = "Trình duyệt không cho chép; hãy bôi đen rồi Ctrl+C."; return; }
    this.status.textContent = `Đã chép «${field.label}».`;
    item.classList.add("ty-done"); item.firstChild.textContent = "✓";
    this.list.focus({ preventScroll: true });
    this.choose(this.place + 1);
  }

  key(event) {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const moves = { ArrowUp: -1, ArrowDown: 1 };
    if (event.key === "Enter") this.copy();
    else if (event.key in moves) this.choose(this.place + moves[event.key]);
    else return;
    event.preventDefault();
  }
}

const LISTS = new WeakMap();

export default function (component) {
  const root = component.parentElement.querySelector(".ty"), { visit, fields } = component.data, old = LISTS.get(root);
  if (old && old.visit === visit) return;
  old?.controller.abort();
  const list = new TypingList(root, fields), controller = new AbortController(), { signal } = controller;
  LISTS.set(root, { visit, controller });
  for (const kind of ["keydown", "keypress", "keyup"]) {
    root.addEventListener(kind, (event) => { event.stopPropagation(); if (kind === "keydown") list.key(event); }, { signal });
  }
  root.addEventListener("click", (event) => {
    const item = event.target.closest(".ty-item");
    if (item) { list.choose([...list.list.children].indexOf(item)); list.copy(); }
  }, { signal });
  list.list.focus({ preventScroll: true });
}
