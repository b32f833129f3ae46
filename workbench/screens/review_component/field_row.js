// One field of the entry: sign, label, input and, when in focus, suggestions and remarks. Text reaches the page only
// through textContent and value: what stands in a register can never become markup.

const MARKS = { blank: "(trong sổ để trống)", illegible: "(không đọc được)", struck_out: "(bị gạch bỏ)", erased: "(bị tẩy xóa)",
  torn: "(bị rách)" };
const SIGNS = { sure: ["✓", "máy đọc chắc"], doubt: ["?", "cần xem lại"], empty: ["✎", "cần nhập"], done: ["●", "đã xem"],
  bad: ["✖", "có lỗi cần xem"] };

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

// A name as another spelling of it is written: all in capitals, or with one at each word.
function inCapitalsOf(like, text) {
  const loud = (t) => t === t.toUpperCase();
  if (loud(like)) return text.toUpperCase();
  return loud(text) ? text.toLowerCase().replace(/(^|[\s-])(\S)/gu, (_, before, letter) => before + letter.toUpperCase()) : text;
}

const GROWS = window.CSS && CSS.supports("field-sizing", "content");

// A box for one value: as many lines as the value needs, so that a long address is seen whole; never a line break in it.
function valueBox() {
  const box = make("textarea");
  box.rows = 1; box.autocomplete = "off"; box.spellcheck = false; box.lang = "vi";
  box.setAttribute("autocorrect", "off"); box.setAttribute("autocapitalize", "off");
  box.addEventListener("input", () => { if (/[\r\n]/.test(box.value)) box.value = box.value.replace(/\s*[\r\n]+\s*/g, " "); grow(box); });
  return box;
}

// Browsers without `field-sizing` are told the height.
function grow(box) {
  if (GROWS || !box.isConnected) return;
  box.style.height = "auto"; box.style.height = box.scrollHeight + box.offsetHeight - box.clientHeight + "px";
}

const LONG = 20; // letters from which mending a suggestion is quicker than typing

class FieldRow {
  constructor(field, value, handlers) {
    this.field = field; this.value = value; this.on = handlers;
    this.typing = null; // the value before the letters being typed
    this.dirty = false; // changed since the checks last looked
    this.wrong = ""; // why Enter did not leave the field
    this.brought = -1; // which suggestion was brought into the field to be mended
    this.node = make("div", "rv-row");
    this.sign = make("span", "rv-sign");
    this.label = make("label", "", field.label);
    this.input = valueBox();
    this.input.id = "rv-" + field.column; this.input.name = field.column;
    this.label.htmlFor = this.input.id;
    this.hint = make("span", "rv-hint"); this.hint.setAttribute("aria-hidden", "true");
    this.more = make("div", "rv-more"); this.more.id = "rv-more-" + field.column;
    this.input.setAttribute("aria-describedby", this.more.id);
    const cell = make("div", "rv-cell"); cell.append(this.input, this.hint);
    this.says = make("div", "rv-says"); this.says.setAttribute("role", "alert");
    this.node.append(this.sign, this.label, cell, this.says, this.more);
    if (field.compare && field.compare.length) this.node.append(this.compare());
    this.input.addEventListener("focus", () => this.on.focus(this));
    this.input.addEventListener("input", () => this.on.typed(this));
    this.draw(false);
  }

  get doubtful() { return this.field.needs_review; }

  get failing() { return Boolean(this.wrong) || Boolean(this.finding && this.finding.severity === "error"); }

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
    if (this.wrong || (this.failing && !this.value.seen)) return "bad";
    if (this.value.seen || (this.value.changed && !this.value.carried)) return "done";
    if (!this.field.needs_review) return "sure";
    return this.field.text ? "doubt" : "empty";
  }

  draw(standard) {
    const { value, field } = this, level = this.level(), [sign, words] = SIGNS[level];
    const marked = value.state !== "written";
    this.node.classList.remove("sure", "doubt", "empty", "done", "bad");
    this.node.classList.add(level);
    this.node.classList.toggle("asking", value.normalized === null); // its standard value is on the way
    this.node.classList.toggle("marked", marked); this.node.classList.toggle("standard", standard);
    this.sign.textContent = sign;
    const percent = value.changed || field.confirmed ? "" : `, độ tin cậy ${Math.round(field.confidence * 100)} %`;
    this.sign.title = words + percent;
    this.input.setAttribute("aria-label", `${field.label}, ${words}${percent}`);
    const shown = standard && value.normalized !== null ? value.normalized : value.text;
    if (this.input.value !== shown) this.input.value = shown;
    grow(this.input);
    this.hint.textContent = standard ? "" : this.standardHint();
    this.input.placeholder = marked ? MARKS[value.state] : level === "empty" ? "gõ theo sổ" : "";
    this.drawSays();
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

  // How many other columns of the same line of ink Enter takes with this one.
  tellAlong(others) {
    this.node.querySelector(".rv-along")?.remove();
    const where = this.field.text ? "Cùng một dòng chữ: Enter nhận cả" : "Cùng một chỗ trên sổ, máy không thấy chữ: Enter nhận trống cả";
    if (others) this.more.before(make("div", "rv-along", `${where} ${others + 1} ô; ô nào sai thì bấm Tab tới đó mà sửa.`));
  }

  // Errors stand below their field whether it is in focus or not; what is merely unusual, while it is.
  drawSays() {
    const lines = this.wrong ? [this.wrong + " Sửa theo sổ; nếu sổ ghi đúng như vậy, bấm F6."] :
      (this.remarks || []).filter((remark) => remark.severity === "error").map((remark) => remark.message);
    this.says.replaceChildren(...lines.map((line) => make("p", "", "✖ " + line)));
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
    if (field.suggestions.length && value.text.length >= LONG) this.more.append(make("span", "note", `${this.on.keyOf("bring")}: đưa gợi ý vào ô để sửa thêm`));
    for (const doubt of field.doubts || []) this.more.append(make("span", "note", "⚠ " + doubt));
    for (const remark of this.remarks || []) if (remark.severity !== "error") this.more.append(make("span", "note", "⚠ " + remark.message));
  }
}

// Whether a text is a date in figures that no calendar has ("32/13/1996"); dates in words and parts of dates are not judged here.
function noDate(text) {
  const found = /^\D*(\d{1,2})\s*(?:[./\-]|tháng)\s*(\d{1,2})\s*(?:[./\-]|năm)\s*(\d{4})\D*$/iu.exec(text);
  if (!found) return false;
  const [day, month, year] = found.slice(1).map(Number);
  if (month < 1 || month > 12 || day < 1) return true;
  return day > (/âm/iu.test(text) ? 30 : new Date(Date.UTC(year, month, 0)).getUTCDate());
}

// 12/03/1998 -> 03/12/1998, whatever stands between the numbers; null when the text is no such date.
function swapDayMonth(text) {
  const found = /^(\s*)(\d{1,2})(\D+)(\d{1,2})(\D+\d{2,4}.*)$/.exec(text);
  return found ? found[1] + found[4] + found[3] + found[2] + found[5] : null;
}
