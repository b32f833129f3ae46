// One field of the entry: sign, label, input and, when in focus, suggestions and remarks. Text reaches the page only
// through textContent and value: what stands in a register can never become markup.

const MARKS = { blank: "(trong sổ để trống)", illegible: "(không đọc được)", struck_out: "(bị gạch bỏ)", erased: "(bị tẩy xóa)",
  torn: "(bị rách)" };
const SIGNS = { sure: ["✓", "máy đọc chắc"], doubt: ["?", "cần xem lại"], empty: ["✎", "cần nhập"], done: ["●", "đã xem"],
  bad: ["✖", "có lỗi cần xem"] };

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function graphemes(text) {
  const nfc = text.normalize("NFC");
  if (!Intl.Segmenter) return Array.from(nfc); // older Firefox: NFC letters are one sign each anyway
  return Array.from(new Intl.Segmenter("vi", { granularity: "grapheme" }).segment(nfc), (s) => s.segment);
}

// Letters of `text` that are not in the longest common run of letters with `other`, for highlighting.
function differing(text, other) {
  const a = graphemes(text), b = graphemes(other);
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      table[i][j] = a[i] === b[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
  const parts = [];
  for (let i = 0, j = 0; i < a.length; i += 1) {
    while (j < b.length && a[i] !== b[j] && table[i][j + 1] >= table[i + 1][j]) j += 1;
    const same = j < b.length && a[i] === b[j];
    if (same) j += 1;
    parts.push([a[i], !same]);
  }
  return parts;
}

class FieldRow {
  constructor(field, value, handlers) {
    this.field = field; this.value = value; this.on = handlers;
    this.typing = null; // the value before the letters being typed
    this.dirty = false; // changed since the checks last looked
    this.node = make("div", "rv-row");
    this.sign = make("span", "rv-sign");
    this.label = make("label", "", field.label);
    this.input = make("input");
    this.input.type = "text"; this.input.id = "rv-" + field.column; this.input.name = field.column;
    this.input.autocomplete = "off"; this.input.spellcheck = false; this.input.lang = "vi";
    this.input.setAttribute("autocorrect", "off"); this.input.setAttribute("autocapitalize", "off");
    this.label.htmlFor = this.input.id;
    this.hint = make("span", "rv-hint"); this.hint.setAttribute("aria-hidden", "true");
    this.more = make("div", "rv-more"); this.more.id = "rv-more-" + field.column;
    this.input.setAttribute("aria-describedby", this.more.id);
    const cell = make("div", "rv-cell"); cell.append(this.input, this.hint);
    this.node.append(this.sign, this.label, cell, this.more);
    if (field.compare && field.compare.length) this.node.append(this.compare());
    this.input.addEventListener("focus", () => this.on.focus(this));
    this.input.addEventListener("input", () => this.on.typed(this));
    this.draw(false);
  }

  get doubtful() { return this.field.needs_review; }

  // What the machine and the clerk had, the letters that differ from the value now in the field marked.
  compare() {
    const line = make("div", "rv-compare");
    for (const other of this.field.compare) {
      const part = make("span"); part.append(make("small", "", other.who + ": "));
      if (!other.text) part.append("(trống)");
      for (const [letter, differs] of differing(other.text, this.field.text)) part.append(differs ? make("mark", "", letter) : letter);
      line.append(part);
    }
    return line;
  }

  level() {
    if (this.finding && this.finding.severity === "error" && !this.value.seen) return "bad";
    if (this.value.seen || (this.value.changed && !this.value.carried)) return "done";
    if (!this.field.needs_review) return "sure";
    return this.field.text ? "doubt" : "empty";
  }

  draw(standard) {
    const { value, field } = this, level = this.level(), [sign, words] = SIGNS[level];
    const marked = value.state !== "written";
    this.node.classList.remove("sure", "doubt", "empty", "done", "bad");
    this.node.classList.add(level);
    this.node.classList.toggle("marked", marked); this.node.classList.toggle("standard", standard);
    this.sign.textContent = sign;
    const percent = value.changed || field.confirmed ? "" : `, độ tin cậy ${Math.round(field.confidence * 100)} %`;
    this.sign.title = words + percent;
    this.input.setAttribute("aria-label", `${field.label}, ${words}${percent}`);
    const shown = standard && value.normalized !== null ? value.normalized : value.text;
    if (this.input.value !== shown) this.input.value = shown;
    this.hint.textContent = standard ? "" : this.standardHint();
    this.input.placeholder = marked ? MARKS[value.state] : level === "empty" ? "gõ theo sổ" : "";
    if (this.node.classList.contains("now")) this.drawMore();
  }

  // The standard value where it says more than the text does: a code in words, one part of a shared run of text, what a
  // rule gave without any ink.
  standardHint() {
    const { text, normalized } = this.value;
    if (!normalized) return "";
    const bare = (t) => t.normalize("NFC").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "").replace(/^0+/, "");
    const words = (this.field.codes && this.field.codes[normalized]) || normalized;
    return bare(words) === bare(text) ? "" : "→ " + words;
  }

  drawMore() {
    const { field, value } = this;
    this.more.replaceChildren();
    if (value.normalized !== null && value.normalized !== value.text && value.text) {
      this.more.append(make("span", "note", "Giá trị chuẩn: " + ((field.codes && field.codes[value.normalized]) || value.normalized || "(chưa rõ, cần xem)")));
    }
    field.suggestions.slice(0, 5).forEach((suggestion, i) => {
      const chip = make("button", "rv-chip"); chip.type = "button"; chip.tabIndex = -1;
      chip.append(suggestion.text); chip.append(make("kbd", "", String(i + 1)));
      if (suggestion.why) chip.append(" ", make("small", "", suggestion.why));
      chip.addEventListener("click", () => this.on.suggest(i));
      this.more.append(chip);
    });
    for (const doubt of field.doubts || []) this.more.append(make("span", "note", "⚠ " + doubt));
    for (const remark of this.remarks || []) this.more.append(make("span", remark.severity === "error" ? "wrong" : "note", "⚠ " + remark.message));
  }
}

// 12/03/1998 -> 03/12/1998, whatever stands between the numbers; null when the text is no such date.
function swapDayMonth(text) {
  const found = /^(\s*)(\d{1,2})(\D+)(\d{1,2})(\D+\d{2,4}.*)$/.exec(text);
  return found ? found[1] + found[4] + found[3] + found[2] + found[5] : null;
}
