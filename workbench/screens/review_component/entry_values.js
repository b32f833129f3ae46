// What a person has made of an entry's fields: values by column, drafts that outlive the page, undo, and what is sent.

const DRAFT_STORE = "sohotich.draft.";

// A draft belongs to the revision it was typed on; on another one it would hide what somebody saved since.
function loadDraft(account, entry) {
  try {
    const draft = JSON.parse(localStorage.getItem(DRAFT_STORE + account + "." + entry.id) || "null");
    return draft && draft.revision === entry.revision ? draft.fields : {};
  } catch (error) { return {}; }
}

// Whether a text is the old one mended, not only the part of it that belongs to one column ("190992552").
function mended(before, after) {
  const kept = differing(after, before).filter(([, differs]) => !differs).length;
  return kept >= 0.6 * Math.max(graphemes(before).length, graphemes(after).length);
}

class EntryValues {
  constructor(account, entry) {
    this.account = account; this.entry = entry; this.undone = []; this.by = {};
    const draft = loadDraft(account, entry);
    this.open = Object.keys(draft).length > 0; // something was done here that is not saved yet
    for (const f of entry.fields) {
      this.by[f.column] = { text: f.text, state: f.state, source: f.source, normalized: f.normalized, seen: f.confirmed,
        changed: false, carried: false, override: false, ...draft[f.column] };
    }
  }

  get(column) { return this.by[column]; }

  // ---- undo: each step is one change of one column, with what it moved in the columns that share its ink

  remember(column) { this.undone.push([[column, { ...this.by[column] }]]); }

  forgetSteps() { this.undone = []; }

  // Takes exactly the last step back; its columns, the one it began in first.
  undo() {
    const step = this.undone.pop();
    if (!step) return [];
    for (const [column, before] of step) Object.assign(this.by[column], before);
    this.keepDraft();
    return step.map(([column]) => column);
  }

  // ---- one run of ink that several columns share ("CMND 012345678, 06/04/2010, CA Hà Nội")

  // Columns whose text the machine took from the same ink as this one's, or found none in the same place; itself first.
  sharing(field) {
    const same = (f) => f.box && field.box && f.text === field.text && f.box.every((edge, i) => edge === field.box[i]);
    return [field.column, ...this.entry.fields.filter((f) => f !== field && same(f)).map((f) => f.column)];
  }

  // The ink says one thing: what was put right in one column is put right in the others, which stay to be looked at.
  carry(field, before) {
    const value = this.by[field.column], moved = [];
    if (value.text === before.text || value.state !== "written" || value.override || !mended(before.text, value.text)) return moved;
    for (const column of this.sharing(field).slice(1)) {
      const other = this.by[column];
      const own = other.changed && !other.carried; // what a person put there stays
      if (own || other.text !== before.text || other.state !== "written" || other.override) continue;
      const step = this.undone[this.undone.length - 1];
      // What was looked at there in the meantime stays looked at.
      const { text, normalized, source, changed, carried } = other;
      if (step) step.push([column, { text, normalized, source, changed, carried }]);
      Object.assign(other, { text: value.text, normalized: null, source: value.source, changed: true, carried: true });
      moved.push(column);
    }
    return moved;
  }

  // ---- keeping and sending

  keepDraft() {
    const fields = {};
    for (const [column, v] of Object.entries(this.by)) if (v.changed || v.seen) fields[column] = v;
    this.open = Object.keys(fields).length > 0;
    try { localStorage.setItem(DRAFT_STORE + this.account + "." + this.entry.id, JSON.stringify({ revision: this.entry.revision, fields })); }
    catch (error) { /* storage full: what is on the screen stays on the screen */ }
  }

  dropDraft() { this.open = false; localStorage.removeItem(DRAFT_STORE + this.account + "." + this.entry.id); }

  toSend() {
    return Object.entries(this.by).map(([column, v]) => ({ column, text: v.text.normalize("NFC").trim(), state: v.state,
      source: v.source, seen: v.seen, changed: v.changed, normalized: v.override ? v.normalized : null }));
  }

  // Somebody saved meanwhile: what stands now, with what was typed here laid over it where the two differ.
  static onto(account, fresh, sent) {
    const values = new EntryValues(account, fresh);
    for (const f of fresh.fields) {
      const mine = sent.find((o) => o.column === f.column);
      values.by[f.column].seen = false;
      if (!mine || (mine.text === f.text && mine.state === f.state) || !(mine.changed || mine.seen)) continue;
      Object.assign(values.by[f.column], { text: mine.text, state: mine.state, normalized: null, source: "person", changed: true });
      f.needs_review = true; f.compare = [{ who: "Đang lưu", text: f.text }];
    }
    return values;
  }
}
